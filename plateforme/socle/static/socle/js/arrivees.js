// Whoever brings new elements into the page (htmx, the live thread), the other behaviours hear of it here.
new MutationObserver((changements) => {
  for (const { addedNodes } of changements)
    for (const noeud of addedNodes)
      if (noeud.nodeType === Node.ELEMENT_NODE)
        document.dispatchEvent(new CustomEvent("arrivee", { detail: noeud }))
}).observe(document.body, { childList: true, subtree: true })
