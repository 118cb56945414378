// A form that htmx could not send, or that the site could not answer, says so where it stands. What was typed stays.
const dire = (mot) => ({ target }) => {
  if (!target.matches("form")) return
  const avis = Object.assign(document.createElement("p"), { className: "avis erreur", textContent: mot })
  avis.setAttribute("role", "alert")
  target.prepend(avis)
}
document.addEventListener("htmx:beforeRequest", ({ target }) => target.querySelector(":scope > .avis.erreur")?.remove())
document.addEventListener("htmx:sendError", dire("Pas de réseau. Votre saisie reste ici : réessayez dans un instant."))
document.addEventListener("htmx:responseError", dire("Le site n’a pas pu répondre. Votre saisie reste ici : réessayez, ou rechargez la page."))
