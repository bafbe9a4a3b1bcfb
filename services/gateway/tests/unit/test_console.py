"""The console's files: a strict policy on the page, assets that are kept, nothing else."""

import re

import pytest
from starlette.applications import Starlette

from gateway.api.console import console_routes
from lianfang_common.errors import NotFound
from lianfang_common.testing.asgi import Answered, ask

INDEX = '<meta property="csp-nonce" nonce="CONSOLE-NONCE"><script src="/console/assets/a-1.js">'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets/a-1.js").write_text("plain")
    (tmp_path / "assets/a-1.js.br").write_text("packed")
    (tmp_path / "secret.js").write_text("secret")
    return tmp_path


async def got(folder, path: str, **headers: str) -> Answered:
    return await ask(Starlette(routes=console_routes(folder)), "GET", path, **headers)


@pytest.mark.parametrize("path", ["/console/", "/console/desk", "/console/tenancies/new"])
async def test_every_address_of_the_console_is_answered_with_its_page(folder, path):
    answer = await got(folder, path)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert b"a-1.js" in answer.content


async def test_the_host_alone_leads_to_the_console(folder):
    answer = await got(folder, "/")
    assert (answer.status, answer.headers["location"]) == (303, "/console/")


async def test_the_policy_allows_own_scripts_and_one_nonce_for_styles(folder):
    pages = [await got(folder, "/console/") for _ in range(2)]
    policies = [page.headers["content-security-policy"] for page in pages]
    nonces = [re.findall(r"'nonce-([\w-]+)'", policy)[0] for policy in policies]
    assert len(set(nonces)) == 2
    for page, policy, nonce in zip(pages, policies, nonces, strict=True):
        assert f'nonce="{nonce}"'.encode() in page.content
        assert "unsafe" not in policy
        assert "default-src 'none'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("accepted", "content", "encoding"),
    [
        ("gzip, br", b"packed", "br"),
        ("gzip", b"plain", None),
        ("br;q=0", b"plain", None),
        ("", b"plain", None),
    ],
)
async def test_an_asset_is_kept_and_comes_packed_where_it_can_be(
    folder, accepted, content, encoding
):
    answer = await got(folder, "/console/assets/a-1.js", accept_encoding=accepted)
    assert answer.content == content
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "name", ["..", "../secret.js", "missing.js", "a-1.js.br", "index.html", ".js"]
)
async def test_nothing_but_the_assets_can_be_had(folder, name):
    # Above the folder lies no asset: such a path is one of the console's addresses or refused.
    try:
        answer = await got(folder, f"/console/assets/{name}")
    except NotFound:
        return
    assert b"secret" not in answer.content
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("there", [True, False])
async def test_a_console_that_was_not_built_says_how(tmp_path, there):
    answer = await got(tmp_path if there else None, "/console/desk")
    assert answer.status == 503
    assert b"make console" in answer.content
