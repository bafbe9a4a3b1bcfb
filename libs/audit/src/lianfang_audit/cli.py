"""The command `verify-audit`."""

from lianfang_audit.sealing import C
from lianfang_edge.service import Runtime


async def verify_audit_command(runtime: Runtime[C], arguments: list[str]) -> None:
    """`<service> verify-audit`: names every row that no longer fits its seal; exit status 1."""
    if arguments:
        raise SystemExit(f"usage: {runtime.service.name} verify-audit")
    defects = 0
    async with runtime.unit() as uow:
        async for finding in uow.seals.verify():
            print(f"audit row {finding.position}: {finding.defect}")
            defects += 1
        seals, head = await uow.seals.head()
    print(f"{seals} rows are sealed; the last seal is {head}")
    if defects:
        raise SystemExit(1)
