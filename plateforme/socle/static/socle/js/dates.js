// <time datetime data-relatif>: « il y a 12 min » while it is recent, the full date in the title.
// data-relatif="le": inside a sentence, where a date that is not recent needs its article.
const relatif = new Intl.RelativeTimeFormat("fr", { numeric: "auto", style: "short" })
const jour = new Intl.DateTimeFormat("fr", { day: "numeric", month: "long" })
const jourEtAn = new Intl.DateTimeFormat("fr", { day: "numeric", month: "long", year: "numeric" })
// « 1er décembre », which the browser does not know.
const ecrire = (format, date) => format.format(date).replace(/(^|\s)1 (?=\p{L})/u, (_, avant) => `${avant}1er `)
const complet = new Intl.DateTimeFormat("fr", { dateStyle: "full", timeStyle: "short" })

function dire(date, article, maintenant = new Date()) {
  const secondes = Math.round((date - maintenant) / 1000)
  const ecart = Math.abs(secondes)
  if (ecart < 45) return "à l’instant"
  if (ecart < 45 * 60) return relatif.format(Math.round(secondes / 60) || 1, "minute")
  if (ecart < 22 * 3600) return relatif.format(Math.round(secondes / 3600), "hour")
  const jours = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date(maintenant).setHours(0, 0, 0, 0)) / 864e5)
  if (Math.abs(jours) < 7) return relatif.format(jours, "day")
  return `${article && `${article} `}${ecrire(date.getFullYear() === maintenant.getFullYear() ? jour : jourEtAn, date)}`
}

function rafraichir(racine = document) {
  const cibles = [...racine.querySelectorAll("time[data-relatif]")]
  if (racine.matches?.("time[data-relatif]")) cibles.push(racine)
  for (const element of cibles) {
    const date = new Date(element.dateTime)
    if (isNaN(date)) continue
    element.title ||= ecrire(complet, date)
    const texte = dire(date, element.dataset.relatif)
    if (element.textContent !== texte) element.textContent = texte
  }
}

rafraichir()
setInterval(() => document.hidden || rafraichir(), 60_000)
document.addEventListener("visibilitychange", () => document.hidden || rafraichir())
document.addEventListener("arrivee", (evenement) => rafraichir(evenement.detail))
