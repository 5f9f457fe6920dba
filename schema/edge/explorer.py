"""GraphiQL at `GET /graphql`, from files in this package: it works offline and under a strict content security policy.

The page holds no data and needs no key to load; whoever uses it enters one.
"""

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

FILES: Final = Path(__file__).parent / "static"
TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
SCRIPTS: Final = ("react.js", "react-dom.js", "graphiql.js", "explorer.js")  # in order of need
STYLES: Final = ("graphiql.css", "explorer.css")

# Styles may be inline because GraphiQL's editor measures and places its lines with style attributes and adds style
# elements of its own. A picture in its style sheet is a data: address. Scripts may only be ours.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def explorer_page(path: str) -> Response:
    """Make the page.

    Args:
        path: of the endpoint, such as `/graphql`; the files are served below it.
    """
    return HTMLResponse(
        _html(path),
        headers={
            "content-security-policy": POLICY,
            "cache-control": "no-cache",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        },
    )


async def explorer_file(request: Request) -> Response:
    """Serve one of the page's files. Its address holds its digest, so that it may be kept for ever."""
    name = request.path_params["name"]
    if name not in (*SCRIPTS, *STYLES):
        raise HTTPException(404)
    content, digest = _file(name)
    is_this_version = request.query_params.get("v") == digest
    return Response(
        content,
        headers={
            "content-type": TYPES[Path(name).suffix],
            "cache-control": "public, max-age=31536000, immutable" if is_this_version else "no-cache",
            "x-content-type-options": "nosniff",
        },
    )


@cache
def _file(name: str) -> tuple[bytes, str]:
    """Read a file once, with the digest that stands in its address."""
    content = (FILES / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]


@cache
def _html(path: str) -> str:
    def address(name: str) -> str:
        return f"{escape(path)}/static/{name}?v={_file(name)[1]}"

    styles = "\n".join(f'<link rel="stylesheet" href="{address(name)}">' for name in STYLES)
    scripts = "\n".join(f'<script defer src="{address(name)}"></script>' for name in SCRIPTS)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Leadstream API</title>
<link rel="icon" href="data:,">
{styles}
{scripts}
</head>
<body data-endpoint="{escape(path)}">
<form id="key-form">
<label for="key">API key</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="Paste a key to sign in">
<output id="key-state" for="key"></output>
</form>
<div id="graphiql">Loading …</div>
<noscript>GraphiQL needs JavaScript.</noscript>
</body>
</html>
"""
