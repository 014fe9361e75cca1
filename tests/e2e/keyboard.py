"""The site without a mouse: every press of Tab must show where it went, in the order of the page."""

from playwright.sync_api import Locator, Page

MOST_STOPS = 150

# Where the focus is now: a fault in words, or nothing. The stop before is kept in the page.
LOOK = """backwards => {
  const at = document.activeElement, before = window.lastStop;
  window.lastStop = at;
  const name = `${at.tagName.toLowerCase()}#${at.id}.${at.className} "${at.textContent.trim().slice(0, 40)}"`;
  if (at === document.body) return at === before ? "the focus does not move" : "";
  const ringed = ([element, part]) => {
    const style = getComputedStyle(element, part);
    const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
    return outlined || / 0px 0px 0px [2-9]px/.test(style.boxShadow);
  };
  const around = [[at], [at, "::after"], [at.parentElement], [at.parentElement.parentElement ?? at]];
  if (!around.some(ringed)) return `no ring around ${name}`;
  const box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const covers = top && (at.contains(top) || top.contains(at) || top.closest("label")?.control === at);
  if (!covers) return `${name} is hidden by ${top?.outerHTML.slice(0, 80)} at ${box.x}, ${box.y}`;
  if (before?.isConnected && before !== document.body) {
    const wanted = backwards ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
    if (!(before.compareDocumentPosition(at) & wanted)) return `${name} is out of order`;
  }
  return "";
}"""
IS_FOCUSED = "element => element === document.activeElement"


class Keyboard:
    def __init__(self, page: Page):
        self.page = page
        self.press = page.keyboard.press
        self.type = page.keyboard.type

    def go_to(self, target: Locator, *, backwards: bool = False) -> None:
        """Press Tab until the target has the focus; fails where a stop is unseen, hidden or out of order."""
        # A page that is still coming has no styles, and so no ring.
        self.page.wait_for_load_state()
        self.page.evaluate("window.lastStop = document.activeElement")
        for _stop in range(MOST_STOPS):
            self.press("Shift+Tab" if backwards else "Tab")
            fault = self.page.evaluate(LOOK, backwards)
            assert fault == "", fault
            if target.evaluate(IS_FOCUSED):
                return
        raise AssertionError(f"Tab does not reach {target}")

    def press_on(self, target: Locator, key: str = "Enter", *, backwards: bool = False) -> None:
        self.go_to(target, backwards=backwards)
        self.press(key)

    def type_into(self, target: Locator, text: str) -> None:
        self.go_to(target)
        self.type(text)
