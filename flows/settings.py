"""What a company decides: one YAML file, and EARSHOT_* variables for secrets."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from data.errors import EarshotError
from data.taxonomy import SHIPPED as SHIPPED_TAXONOMY
from flows.environment import CHECKOUT

ReportLanguage = Literal["en", "zh-Hans", "zh-Hant"]
DEFAULT_CONFIG = Path("earshot.yaml")


class BadConfiguration(EarshotError):
    """The configuration file is missing, or a value in it cannot be used."""


class Strict(BaseSettings):
    """Unknown keys are mistakes, not wishes; only the outer settings read the environment."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class Team(Strict):
    """One team's edition: who gets it, in which language (the company's if not said)."""

    recipients: tuple[str, ...] = ()
    language: ReportLanguage | None = None


class Email(Strict):
    """The mail server that sends editions. The password comes from EARSHOT_EMAIL_PASSWORD."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls"] = "starttls"
    sender: str
    user: str | None = None


class Folder(Strict):
    """A folder that editions are copied to, such as a synchronised drive."""

    path: Path


class Publishing(Strict):
    """Where editions go. `folder` and `email` may both be set, or neither."""

    folder: Folder | None = None
    email: Email | None = None


class Oidc(Strict):
    """The company's identity provider; the client's secret comes from EARSHOT_OIDC_SECRET.

    `claim` names the account; `address` is where people reach the review application.
    """

    issuer: str
    client_id: str
    address: str
    claim: str = "preferred_username"


class Days(Strict):
    """Days within which somebody should have acted on a case of each level."""

    high: int = Field(default=2, ge=0)
    medium: int = Field(default=7, ge=0)
    low: int = Field(default=14, ge=0)
    unknown: int = Field(default=14, ge=0)


class Review(Strict):
    """How the review application behaves; `notify` names the publisher that tells of closed cases, if any."""

    days: Days = Days()
    idle_minutes: int = Field(default=60, ge=1)
    session_hours: int = Field(default=12, ge=1, le=168)
    https: bool = True
    notify: Literal["folder", "email"] | None = None
    oidc: Oidc | None = None


class Polish(Strict):
    """An OpenAI-compatible endpoint that words the opening paragraphs; its key comes from EARSHOT_POLISH_KEY."""

    url: str
    model: str


class Facts(Strict):
    """A table of what is known of each customer (plan, tenure ...), and the column with the customer's id."""

    path: Path
    id: str


class Settings(BaseSettings):
    """Everything that one company decides; see earshot.example.yaml for each key with its meaning."""

    model_config = SettingsConfigDict(env_prefix="EARSHOT_", extra="forbid", frozen=True)

    company: str = "Your company"
    language: ReportLanguage = "en"
    time_zone: str = "UTC"
    sources: tuple[Mapping[str, Any], ...] = ()
    teams: Mapping[str, Team] = Field(default_factory=dict)
    publish: Publishing = Publishing()
    review: Review = Review()
    schedule: str = "0 6 * * 1"
    capacity: int = Field(default=25, ge=1)
    second_looks: int = Field(default=6, ge=0)
    watch_minutes: int | None = Field(default=15, ge=1)
    facts: Facts | None = None
    baseline_weeks: int = Field(default=8, ge=1, le=52)
    small_group: int = Field(default=5, ge=1)
    taxonomy: Path = SHIPPED_TAXONOMY
    topics: Path | None = None
    actions: Path | None = None
    articles: Path | None = None
    model: Path = CHECKOUT / "models" / "pretrained"
    engine: Literal["auto", "bf16", "int8", "fp32", "cuda"] = "auto"
    var: Path = CHECKOUT / "var"
    pdf: Literal["auto", "off"] = "auto"
    polish: Polish | None = None
    base: Path = CHECKOUT
    database_url: str | None = None
    secret_key: str | None = None
    email_password: str | None = None
    oidc_secret: str | None = None
    polish_key: str | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment wins over the file, so that a secret or a test never needs an edit.
        return env_settings, init_settings

    @model_validator(mode="after")
    def _notices_have_a_publisher(self) -> Self:
        if self.review.notify and getattr(self.publish, self.review.notify) is None:
            raise ValueError(f"review.notify: {self.review.notify} needs publish.{self.review.notify}")
        return self

    @field_validator("pdf", mode="before")
    @classmethod
    def _off_is_no_lie(cls, value: object) -> object:
        return "off" if value is False else value  # YAML reads `off` as false

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no time zone {value!r}; write it like Asia/Shanghai or Europe/London") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def lake(self) -> Path:
        return self.var / "store"

    @property
    def site(self) -> Path:
        return self.var / "site"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.var / 'earshot.db'}"

    @property
    def history_weeks(self) -> int:
        """Weeks in the trend, the report week included: a quarter, or the baseline if that is longer."""
        return max(13, self.baseline_weeks + 1)

    def language_of(self, team: str) -> ReportLanguage:
        chosen = self.teams.get(team)
        return (chosen.language if chosen else None) or self.language

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read the configuration; relative paths in it start at its folder.

        Without `path`, earshot.yaml in the working directory is read. Raises BadConfiguration with every mistake that
        was found.
        """
        path = path or DEFAULT_CONFIG
        if not path.is_file():
            raise BadConfiguration(
                f"No configuration {path}. Copy earshot.example.yaml to earshot.yaml, or name one with --config; "
                "data/sample/earshot.yaml runs the sample company."
            )
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise BadConfiguration(f"{path} is not UTF-8 YAML: {error}") from error
        if not isinstance(raw, dict):
            raise BadConfiguration(f"{path} is not a list of `key: value` lines.")
        base = path.resolve().parent
        raw = _filled(raw, path)
        for key in ("taxonomy", "topics", "actions", "articles", "model", "var"):
            if raw.get(key):
                raw[key] = (base / raw[key]).resolve()
        try:
            return cls(**{**raw, "base": base})
        except ValidationError as error:
            mistakes = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise BadConfiguration(f"{path} has mistakes: {mistakes}.") from error


def _filled(value: Any, path: Path) -> Any:
    """Replace ${EARSHOT_NAME} by that variable, anywhere in the file."""
    if isinstance(value, dict):
        return {key: _filled(entry, path) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, path) for entry in value]
    if not isinstance(value, str):
        return value
    for name in re.findall(r"\$\{(\w+)\}", value):
        if not name.startswith("EARSHOT_"):
            raise BadConfiguration(f"{path} uses ${{{name}}}; only variables that begin with EARSHOT_ are read.")
        if name not in os.environ:
            raise BadConfiguration(f"{path} uses ${{{name}}}, which is not set in the environment.")
        value = value.replace(f"${{{name}}}", os.environ[name])
    return value
