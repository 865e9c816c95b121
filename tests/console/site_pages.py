"""The console of a site made of real parts, behind a real server, and how forms of it are sent."""

import html
import re

from shop import Served, ShopSite

from galleria.app.integrations import Integrations, IntegrationSettings, Surroundings
from galleria.app.references import References
from galleria.console.site import LARGER, pages
from galleria.console.site.assets import BUILT
from galleria.domain.access import Role

NOT_BUILT = "NOT BUILT: run `python tools/build_web.py` to test the console's pages"
built = (BUILT / "manifest.json").exists()


class ConsoleSite(ShopSite):
    """A shop with what the settings pages show besides."""

    def __init__(self, folder):
        super().__init__(folder)
        around = Surroundings(self.flows, None, self.live, lambda _: [], References(folder), self.clock)
        self.integrations = Integrations(self.site, around, IntegrationSettings())
        self.integrations.dead = lambda _most: []


class Console(Served):
    """Its server."""

    def __init__(self, folder):
        site = ConsoleSite(folder)
        self.clients = []
        super().__init__(site, pages=pages(site), larger=LARGER)

    def __exit__(self, *error):
        for client in self.clients:
            client.close()
        super().__exit__(*error)
        self.site.close()

    def nobody(self, **options):
        self.clients.append(super().nobody(**options))
        return self.clients[-1]

    def someone(self, role=Role.ADMINISTRATOR):
        return self.browser(role, csrf=False)

    def post(self, client, path, page=None, **fields):
        """Send a form of a page, with the token that stands in it."""
        token = csrf_of(client.get(page or path).text)
        return client.post(path, data={"csrf": token, **fields})


def csrf_of(html):
    return re.search(r'name="csrf" (?:content|value)="([^"]+)"', html)[1]


def told(answer):
    """What the page says, without its tags."""
    body = re.sub(r"<(script|style|title|head).*?</\1>", "", answer.text, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))
