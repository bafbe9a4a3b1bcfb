"""nginx as a proxy: one worker, connections kept on both sides, no log, a folder of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from listening import Server, free_port, listening

# In one process, so that it runs as whoever measures, and needs no user of its own.
_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    upstream behind {{
        server {behind};
        keepalive 64;
        keepalive_requests 1000000;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://behind;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@asynccontextmanager
async def nginx(program: str, behind: str) -> AsyncIterator[Server]:
    """Run nginx before a server.

    Args:
        program: nginx's path.
        behind: address of the server.
    """
    port = free_port()
    with TemporaryDirectory() as name:
        file = Path(name) / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=name, behind=urlsplit(behind).netloc, port=port)
        )
        command = (program, "-e", "stderr", "-p", name, "-c", str(file))
        async with listening(*command, port=port) as server:
            yield server
