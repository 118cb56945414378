// What had the keyboard's focus is gone with what an htmx answer replaces: the focus goes to what came instead,
// its status or its heading first. A behaviour that has placed it already (a refused form, the composer) is left alone.
let partie = false
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  partie = target.contains(document.activeElement)
})
document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (!partie || document.activeElement !== document.body) return
  const venu = document.getElementById(detail.target?.id) ?? target
  const place = ["[role=status]", "h1, h2, h3, h4"].map((s) => (venu.matches(s) ? venu : venu.querySelector(s))).find(Boolean) ?? venu
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1
  place.focus()
})
