// [data-a-faire]: once a line is answered, the keyboard goes on to the next one, rather than back to the top.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const lignes = [...document.querySelectorAll("[data-a-faire] > .ligne")];
  const rang = lignes.findIndex((ligne) => ligne.contains(target) && ligne.querySelector(".repondu"));
  if (rang < 0) return;
  const suivante = lignes.slice(rang + 1).find((ligne) => !ligne.querySelector(".repondu"));
  (suivante ?? lignes[rang]).querySelector("a")?.focus();
});
