// In Wagtail's editor of rich text: words become a link to a document, chosen in the same window as for a block.
(() => {
  const { EditorState, Modifier, RichUtils } = window.DraftJS
  const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail

  class Source extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.ressource,
        urlParams: {},
        onload: new window.ChooserModalOnloadHandlerFactory().getOnLoadHandlers(),
        responses: { chosen: this.onChosen },
      }
    }

    // Wagtail's own makes words that cannot be corrected, of an entity that it does not know.
    onChosen({ id, title, url, mots }) {
      const { editorState, entityType, onComplete } = this.props
      const choix = editorState.getSelection()
      const contenu = editorState.getCurrentContent().createEntity(entityType.type, "MUTABLE", { id, titre: title, url })
      const cle = contenu.getLastCreatedEntityKey()
      this.workflow.close()
      onComplete(
        choix.isCollapsed()
          ? EditorState.push(editorState, Modifier.replaceText(contenu, choix, mots, null, cle), "insert-characters")
          : RichUtils.toggleLink(editorState, choix, cle),
      )
    }
  }

  const Lien = (props) => {
    const { titre, url } = props.contentState.getEntity(props.entityKey).getData()
    return window.React.createElement(TooltipEntity, { ...props, icon: url ? "doc-full" : "warning", label: titre, url })
  }

  registerPlugin({ type: "RESSOURCE", source: Source, decorator: Lien })
})()
