"""Functions in a service's database through which its API serves operators, and no right beside.

They run with the owner's rights, so the API's role needs none on the tables of dead letters; they
answer the role `ops` alone; and none of them returns a message. What they do to a letter is what
the command line does, in the same statements.
"""

from lianfang_edge.deadletter import DROP, FIELDS, REPLAY

OPERATOR = "ops"
"""The role that operates the network and reads no personal data."""

_SIGNATURE = """dead_letters_shown(hidden text[], among_hidden boolean, beyond uuid, most integer)
    returns table (id uuid, consumer_group text, topic text, partition integer, log_offset bigint,
        key uuid, type text, state text, reason text, attempts integer, size_bytes integer,
        parked_at timestamptz, closed_at timestamptz, others_of_key bigint) stable"""

_SHOWN = f"""{FIELDS} where closed_at is null and app_role() = '{OPERATOR}'
    and (topic = any ($1)) = $2 and ($3 is null or d.id > $3) order by d.id limit $4"""

_ACTING = """dead_letter_{act}(letter uuid, moment timestamptz, act_id uuid, actor text, why text,
    hidden text[], among_hidden boolean) returns uuid volatile"""

_ACT = """with touched as ({statement} and app_role() = '{role}'
        and (topic = any ($6)) = $7 returning id)
    insert into dead_letter_act (id, dead_letter_id, act, actor, why, acted_at)
    select $3, id, '{act}', $4, $5, $2 from touched returning dead_letter_id"""


def operations_ddl(service: str) -> list[str]:
    """Return the statements that create the functions, for the API's role alone.

    Args:
        service: prefix of the database roles; `app_role()` and the tables of delivery are there.
    """
    statements = _function(service, "dead_letters_shown", _SIGNATURE, _SHOWN)
    for act, statement in (("replay", REPLAY), ("drop", DROP)):
        body = _ACT.format(statement=statement, role=OPERATOR, act=act)
        statements += _function(service, f"dead_letter_{act}", _ACTING.format(act=act), body)
    return statements


def _function(service: str, name: str, signature: str, body: str) -> list[str]:
    return [
        f"create function {signature} language sql security definer"
        f" set search_path = public, pg_temp as $$ {body} $$",
        f"revoke all on function {name} from public",
        f"grant execute on function {name} to {service}_app",
    ]
