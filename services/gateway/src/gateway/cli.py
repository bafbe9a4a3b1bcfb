"""The gateway's own commands."""

import asyncio
from pathlib import Path
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from gateway.news import News
from gateway.passwords import Passwords
from gateway.roles import ROLES
from gateway.settings import Settings
from gateway.storage.accounts import AccountDefinition
from gateway.storage.unit_of_work import GatewayUnit
from lianfang_common.ids import new_id
from lianfang_edge.service import Runtime

_Name = Annotated[str, Field(min_length=1, max_length=100)]


class AccountLine(BaseModel):
    """One account of the file; `password` is for the embedded issuer alone.

    `account_id` is given where other files already name the account; else one is made.
    """

    model_config = ConfigDict(extra="ignore")

    account_id: UUID | None = None
    login: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    name_zh: _Name
    name_en: _Name
    role: str
    office_id: UUID | None = None
    active: bool = True
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _fits_its_role(self) -> Self:
        role = ROLES.get(self.role)
        if role is None:
            raise ValueError("the role is not known")
        if role.desk and self.office_id is None:
            raise ValueError("the role needs an office_id")
        return self


_FILE = TypeAdapter(list[AccountLine])


async def define_accounts(
    runtime: Runtime[GatewayUnit], settings: Settings, news: News, arguments: list[str]
) -> None:
    """Add the accounts of a JSON file, or change them by login; their sessions end.

    Args:
        runtime: of the command.
        settings: cost of password hashes.
        news: tells running processes that rights changed.
        arguments: the file's path.
    """
    if len(arguments) != 1:
        raise SystemExit("gateway define-accounts: expected one file")
    definitions = await read_accounts(Path(arguments[0]), Passwords(settings.login))
    async with runtime.unit() as uow:
        await uow.accounts.define(definitions)
        uow.tell_rights()
    await news.bus.close()
    print(f"{len(definitions)} accounts defined")


async def read_accounts(path: Path, passwords: Passwords) -> list[AccountDefinition]:
    """Return the accounts of a file, with hashes in place of passwords.

    Raises:
        SystemExit: the file cannot be read; the values in it are not told.
    """
    try:
        lines = _FILE.validate_json(await asyncio.to_thread(path.read_bytes))
    except OSError as failure:
        raise SystemExit(f"{path}: {failure.strerror}") from None
    except ValidationError as failure:
        for error in failure.errors(include_input=False, include_context=False, include_url=False):
            place = ".".join(map(str, error["loc"]))
            raise SystemExit(f"{path}: {place}: {error['msg']}") from None
        raise
    if len({line.login for line in lines}) < len(lines):
        raise SystemExit(f"{path}: a login stands there twice")
    return [
        AccountDefinition(
            id=line.account_id or new_id(),
            login=line.login,
            name_zh=line.name_zh,
            name_en=line.name_en,
            role=line.role,
            office=line.office_id,
            active=line.active,
            password_hash=None
            if line.password is None
            else await passwords.hash(line.password.get_secret_value()),
        )
        for line in lines
    ]
