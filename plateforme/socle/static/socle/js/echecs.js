// A form that could not be sent, or that the site could not answer, says so where it stands. What was typed stays.
const COUPURE = "Pas de connexion. Votre saisie reste ici : réessayez dans un instant."
const PANNE = "Le site n’a pas pu répondre. Votre saisie reste ici : réessayez, ou rechargez la page."

const REFUS = {
  403: "Votre session a pris fin. Rechargez la page et connectez-vous : ce que vous avez écrit y sera.",
  404: "Ceci a été retiré, ou ne vous est plus ouvert. Votre saisie reste ici : copiez-la si elle peut servir ailleurs.",
}

const ancien = (formulaire) => formulaire.querySelector(":scope > .avis.erreur:not([data-erreurs])")

function dire(formulaire, mot, coupure = false) {
  ancien(formulaire)?.remove()
  const avis = Object.assign(document.createElement("p"), { className: "avis erreur", textContent: mot })
  avis.setAttribute("role", "alert")
  avis.toggleAttribute("data-coupure", coupure)
  formulaire.prepend(avis)
}

const repondre = (nom, agir) => document.addEventListener(nom, ({ target, detail }) => target.matches("form") && agir(target, detail))
repondre("htmx:beforeRequest", (formulaire) => ancien(formulaire)?.remove())
repondre("htmx:sendError", (formulaire) => dire(formulaire, COUPURE, true))
repondre("htmx:responseError", (formulaire, { xhr }) => dire(formulaire, REFUS[xhr.status] ?? PANNE))

// The browser's own page of failure would take the place of a long form.
addEventListener("submit", (evenement) => {
  const { target } = evenement
  if (navigator.onLine || !target.matches("form[data-brouillon]:not([hx-post])")) return
  evenement.preventDefault()
  dire(target, COUPURE, true)
  ancien(target).scrollIntoView({ block: "center" })
}, true)
addEventListener("online", () => {
  for (const avis of document.querySelectorAll("[data-coupure]")) avis.remove()
})
