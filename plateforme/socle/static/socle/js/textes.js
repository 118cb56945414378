// Text areas grow with what is typed, where the browser does not do it by itself (field-sizing).
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea")) return
    target.style.blockSize = "auto"
    target.style.blockSize = `${target.scrollHeight + 2}px`
  })
}
// After a refused form, the reader is taken to what remains to be corrected.
const montrerLesErreurs = (racine) => racine.querySelector("[data-erreurs]")?.focus()
montrerLesErreurs(document)
document.addEventListener("arrivee", ({ detail }) => montrerLesErreurs(detail))
