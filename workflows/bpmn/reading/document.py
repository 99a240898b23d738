"""From bytes to a tree, whatever the bytes are: no entities, no network, bounded in size, depth and number."""

from __future__ import annotations

from lxml import etree

from workflows.bpmn.reading.names import BPMN, Element, line_of, local_name, namespace
from workflows.bpmn.reading.notes import Notes

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 50_000


def read_document(xml: bytes, notes: Notes) -> Element | None:
    """Parse and check the outside of the file; None when there is nothing to go on with."""
    if len(xml) > MAX_BYTES:
        notes.error("too_large", limit="10 MB")
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        notes.error("not_xml", line=line or None, reason=str(error)[:200])
        return None
    tree = root.getroottree()
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        notes.error("doctype")
        return None
    if local_name(root) != "definitions" or namespace(root) != BPMN:
        notes.error("not_bpmn", line=line_of(root))
        return None
    return root if _is_bounded(root, notes) else None


def _is_bounded(root: Element, notes: Notes) -> bool:
    depth = count = 0
    for action, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if action == "start" else -1
        count += action == "start"
        if depth > MAX_DEPTH:
            notes.error("too_deep", line=line_of(element), limit=str(MAX_DEPTH))
            return False
        if count > MAX_ELEMENTS:
            notes.error("too_large", limit=f"{MAX_ELEMENTS:,}")
            return False
    return True
