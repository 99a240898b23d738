"""Process templates, running instances and their journal. Written by `processes.carry_out`, read by every screen."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, document, instant


class TemplateStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class InstanceStatus(StrEnum):
    """How the engine's outcomes are called once an instance has ended, and `running` before that."""

    RUNNING = "running"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class MessageStatus(StrEnum):
    BUFFERED = "buffered"
    CORRELATED = "correlated"
    CONSUMED = "consumed"
    EXPIRED = "expired"


class IncidentStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class JournalKind(StrEnum):
    """The first five are the engine's facts; the others say who did what to the instance."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FLOW_TAKEN = "flow_taken"
    VARIABLES = "variables"
    STARTED = "started"
    ENDED = "ended"
    TASK_DONE = "task_done"
    TASK_CLAIMED = "task_claimed"
    TASK_RELEASED = "task_released"
    TASK_WITHDRAWN = "task_withdrawn"
    CANDIDATES_MISSING = "candidates_missing"
    MESSAGE_RECEIVED = "message_received"
    MESSAGE_SENT = "message_sent"
    CHILD_STARTED = "child_started"
    INCIDENT = "incident"
    INCIDENT_RESOLVED = "incident_resolved"
    OPERATION = "operation"


class ProcessTemplate(SQLModel, table=True):
    __tablename__ = "process_template"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    name_zh: str = Field(max_length=160)
    name_en: str = Field(max_length=160)
    published_version: int | None = None


class TemplateVersion(SQLModel, table=True):
    """Immutable once published; `hash` is the SHA-256 of the XML and names the version for running instances."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("template_id", "version"), Index("ix_template_version_hash", "hash"))

    id: int | None = Field(default=None, primary_key=True)
    template_id: int = Field(foreign_key="process_template.id")
    version: int
    hash: str = Field(max_length=64)
    xml: str = Field(sa_type=Text)
    status: str = Field(max_length=20)
    created_by: str = Field(max_length=80)
    created_at: datetime = instant()
    published_at: datetime | None = instant(nullable=True)
    note: str = ""


class MessageStart(SQLModel, table=True):
    """Which published template a message starts when nobody waits for it; rewritten by each publish."""

    __tablename__ = "message_start"

    message: str = Field(primary_key=True, max_length=160)
    template_key: str = Field(primary_key=True, max_length=120)
    process_id: str = Field(max_length=120)
    element_id: str = Field(max_length=200)


class ProcessInstance(SQLModel, table=True):
    """One run; `id` is the Temporal workflow id and the business key."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_status", "status", "started_at"),
        Index("ix_process_instance_template", "template_key", "status", "started_at"),
    )

    id: str = Field(primary_key=True, max_length=240)
    business_key: str = Field(max_length=240, index=True)
    root_id: str = Field(max_length=240, index=True)
    """The outermost instance: itself unless called by another."""
    parent_id: str | None = Field(default=None, max_length=240, index=True)
    parent_activation: str | None = Field(default=None, max_length=200)
    template_key: str = Field(max_length=120)
    template_hash: str = Field(max_length=64)
    process_id: str = Field(max_length=120)
    dealer_code: str | None = Field(default=None, max_length=40, index=True)
    status: str = Field(max_length=20)
    sequence: int = 0
    """The number of wake-ups that were carried out."""
    answer: dict[str, object] = document()
    """What the last wake-up answered: a repetition of it gets the same and changes nothing."""
    variables: dict[str, object] = document()
    active: dict[str, object] = document()
    """Element id -> number of tokens there, after the last wake-up."""
    started_by: str = Field(default="system", max_length=80)
    started_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    end_message: str = ""
    """Why it failed or was cancelled."""


class JournalLine(SQLModel, table=True):
    """Append-only: an element entered or left, a flow taken, variables changed, an operation by ops."""

    __tablename__ = "journal_line"
    __table_args__ = (UniqueConstraint("instance_id", "sequence", "line_no"),)

    id: int | None = big_key()
    instance_id: str = Field(max_length=240)
    sequence: int
    line_no: int
    at: datetime = instant()
    actor: str = Field(max_length=80)
    kind: str = Field(max_length=24)
    element_id: str = Field(max_length=200)
    activation: str | None = Field(default=None, max_length=220)
    detail: dict[str, object] = document()


class Task(SQLModel, table=True):
    """Human work. Open ones are found by candidate, see `TaskCandidate`."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("instance_id", "activation"),
        Index("ix_task_assignee", "status", "claimed_by", "id"),
        Index("ix_task_done", "done_by", "id"),
        Index("ix_task_root", "root_id", "status"),
    )

    id: int | None = big_key()
    instance_id: str = Field(max_length=240)
    root_id: str = Field(max_length=240)
    business_key: str = Field(max_length=240, index=True)
    template_key: str = Field(max_length=120)
    template_hash: str = Field(max_length=64)
    element_id: str = Field(max_length=200)
    activation: str = Field(max_length=220)
    name_zh: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    form: str | None = Field(default=None, max_length=80)
    actions: dict[str, object] = document()
    """{"allowed": [action, …]} in the order of the buttons."""
    input: dict[str, object] = document()
    candidates: dict[str, object] = document()
    """{"principals": […]}: who may do it, or might have; see `TaskCandidate` for the lists."""
    dealer_code: str | None = Field(default=None, max_length=40)
    status: str = Field(max_length=20)
    claimed_by: str | None = Field(default=None, max_length=80)
    done_by: str | None = Field(default=None, max_length=80)
    action: str | None = Field(default=None, max_length=40)
    comment: str = ""
    data: dict[str, object] = document()
    created_at: datetime = instant(index=True)
    due_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)


class TaskCandidate(SQLModel, table=True):
    """Who may do an open task; removed when it closes, so that inbox counts scan only what is open."""

    __tablename__ = "task_candidate"
    __table_args__ = (Index("ix_task_candidate_principal", "principal", "claimed", "task_id"),)

    task_id: int = big_reference("task.id", primary_key=True)
    principal: str = Field(primary_key=True, max_length=120)
    """`user:LOGIN`, `role:ROLE`, or `role:ROLE@DEALER` for the roles of one dealer."""
    claimed: bool = False
    """Somebody claimed the task: it leaves the lists of the groups and stays in the claimer's."""


class MessageWait(SQLModel, table=True):
    __tablename__ = "message_wait"
    __table_args__ = (Index("ix_message_wait_name_key", "name", "key"),)

    instance_id: str = Field(primary_key=True, max_length=240)
    subscription: str = Field(primary_key=True, max_length=220)
    element_id: str = Field(max_length=200)
    name: str = Field(max_length=160)
    key: str = Field(max_length=240)
    created_at: datetime = instant()


class Message(SQLModel, table=True):
    """A message that arrived: buffered until somebody waits for it, then correlated, then consumed, or expired."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_buffer", "status", "name", "key", "id"),)

    id: int | None = big_key()
    name: str = Field(max_length=160)
    key: str = Field(max_length=240)
    payload: dict[str, object] = document()
    status: str = Field(max_length=20)
    instance_id: str | None = Field(default=None, max_length=240)
    subscription: str | None = Field(default=None, max_length=220)
    received_at: datetime = instant()
    correlated_at: datetime | None = instant(nullable=True)
    expires_at: datetime = instant(index=True)
    source: str = Field(default="", max_length=120)
    dedup_key: str | None = Field(default=None, max_length=240, unique=True)


class Incident(SQLModel, table=True):
    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_status", "status", "id"),
        Index("ix_incident_instance", "instance_id", "status"),
    )

    id: int | None = big_key()
    instance_id: str = Field(max_length=240)
    activation: str = Field(max_length=220)
    element_id: str = Field(max_length=200)
    code: str = Field(max_length=80)
    message: str
    status: str = Field(max_length=20)
    raised_at: datetime = instant()
    resolved_at: datetime | None = instant(nullable=True)
    resolution: str = ""
    resolved_by: str = Field(default="", max_length=80)


class WorkerHeartbeat(SQLModel, table=True):
    """One line for each worker process, renewed every few seconds: the health page reads it."""

    __tablename__ = "worker_heartbeat"

    worker: str = Field(primary_key=True, max_length=160)
    build_id: str = Field(max_length=80)
    at: datetime = instant()
