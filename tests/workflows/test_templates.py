"""Templates are drafted, published and shipped; running instances keep their version."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.processes import publish_shipped_templates
from models.repositories import templates
from tests.workflows.cast import OPS
from tests.workflows.conftest import TEMPLATES
from tests.workflows.stage import Stage
from tests.workflows.steps import STEPS
from web.gateway import TemplateInvalid, TemplateNotFound

STORY = (TEMPLATES / "story.bpmn").read_text()


def changed(text: str = "Changed") -> bytes:
    return STORY.replace('df:labelEn="Task"', f'df:labelEn="{text}"').encode()


async def test_a_change_applies_to_new_instances_only(stage: Stage) -> None:
    await stage.gateway.start_instance("story", f"{stage.number}-old", {}, OPS)
    saved = await stage.gateway.save_template(changed(), OPS)
    assert (saved.key, saved.version) == ("story", 2)
    assert await stage.gateway.publish_template("story", OPS, "clearer words") == 2
    await stage.gateway.start_instance("story", f"{stage.number}-new", {}, OPS)
    old, new = [(await stage.view(f"{stage.number}-{which}")) for which in ("old", "new")]
    assert [view.open_tasks[0].name_en for view in (old, new)] == ["Task", "Changed"]
    assert old.instance.template_hash != new.instance.template_hash


async def test_a_draft_is_replaced_until_it_is_published(stage: Stage) -> None:
    for text in ("one", "two"):
        assert (await stage.gateway.save_template(changed(text), OPS)).version == 2
    assert (await stage.gateway.save_template(changed("two"), OPS)).version == 2
    await stage.gateway.publish_template("story", OPS)
    assert (await stage.gateway.save_template(changed("three"), OPS)).version == 3


async def test_publishing_again_changes_nothing(stage: Stage) -> None:
    assert await stage.gateway.publish_template("story", OPS) == 1
    assert await stage.gateway.publish_template("story", OPS) == 1


async def test_a_file_with_errors_is_refused_with_what_is_wrong(stage: Stage) -> None:
    broken = STORY.replace("probe.note", "probe.unheard_of").encode()
    with pytest.raises(TemplateInvalid) as caught:
        await stage.gateway.save_template(broken, OPS)
    assert {finding.code for finding in caught.value.findings} == {"unknown_step"}
    assert caught.value.findings[0].element_id == "note1"
    with pytest.raises(TemplateInvalid):
        await stage.gateway.save_template(b"no xml", OPS)
    with pytest.raises(TemplateNotFound):
        await stage.gateway.publish_template("unheard_of", OPS)


async def test_shipped_templates_are_published_once_and_again_when_they_change(stage: Stage, tmp_path: Path) -> None:
    assert await publish_shipped_templates(stage.database, TEMPLATES, STEPS) == ()
    (tmp_path / "story.bpmn").write_bytes(changed())
    assert await publish_shipped_templates(stage.database, tmp_path, STEPS) == ("story",)
    assert await publish_shipped_templates(stage.database, tmp_path, STEPS) == ()
    async with stage.database.reading() as session:
        published = await templates.find_published(session, "story")
    assert published is not None
    assert published.version == 2


async def test_a_shipped_change_does_not_overrule_people(stage: Stage, tmp_path: Path) -> None:
    await stage.gateway.save_template(changed("Ours"), OPS)
    await stage.gateway.publish_template("story", OPS)
    (tmp_path / "story.bpmn").write_bytes(changed("Theirs"))
    assert await publish_shipped_templates(stage.database, tmp_path, STEPS) == ()
    async with stage.database.reading() as session:
        published = await templates.find_published(session, "story")
        newest = await templates.find_newest(session, "story")
    assert published is not None
    assert newest is not None
    assert (published.created_by, published.version) == ("ops", 2)
    assert (newest.status, newest.version) == ("draft", 3)
