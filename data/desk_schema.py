"""The tables of the review application: who may sign in, who is signed in, and which views people keep."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.schema import Base


class AccountRow(Base):
    """One row per account. `password` is an Argon2 hash; without one, only the company's sign-in opens the account.

    `failures` counts wrong passwords since the last right one; until `locked_until` no password is looked at.
    """

    __tablename__ = "accounts"
    name: Mapped[str] = mapped_column(primary_key=True)
    password: Mapped[str | None]
    language: Mapped[str | None]
    disabled: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    grants: Mapped[list["GrantRow"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="(GrantRow.role, GrantRow.team)"
    )


class GrantRow(Base):
    """One row per role that an account holds for a team; `team` is empty for roles that have none."""

    __tablename__ = "grants"
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(primary_key=True)


class SessionRow(Base):
    """One row per browser that is signed in. The cookie holds a token of which only the hash is kept here."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class CaseViewRow(Base):
    """One row per account x name of a kept filter of the queue; `query` is that of the page's address."""

    __tablename__ = "case_views"
    __table_args__ = (UniqueConstraint("account", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]


class SignInRow(Base):
    """One row per sign-in that has begun at the company's identity provider and has not come back yet."""

    __tablename__ = "sign_ins"
    state_hash: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str]
    verifier: Mapped[str]
    created_at: Mapped[datetime]
