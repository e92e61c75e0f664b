import { defineMessages } from '../i18n';

export const messages = defineMessages(
  {
    form: 'Form',
    graph: 'Graph',
    text: 'Text',
    stale: 'This is the last state that compiled. The {view} is being worked on and does not compile yet.',
    broken: 'This does not compile yet. The other views show the last state that did.',
    none: 'This strategy says more than this view can show. Nothing is lost: it is all in the text.',
    draft: 'Unfinished work of this view was kept when the document was edited elsewhere.',
    takeDraft: 'Go on with it',
    dropDraft: 'Throw it away',
    readOnly: 'Written by a newer version of the language: it can be read and exported, not changed.',
    openView: 'Open the {view}',
    working: 'The compiler is starting…',
    notTaken: 'Not changed: what was just typed in another view does not compile yet.',
  },
  {
    form: 'Formulaire',
    graph: 'Graphe',
    text: 'Texte',
    stale: 'Voici le dernier état qui compile. La vue « {view} » est en cours de modification et ne compile pas encore.',
    broken: 'Ceci ne compile pas encore. Les autres vues montrent le dernier état qui compile.',
    none: 'Cette stratégie dit plus que cette vue ne peut montrer. Rien n’est perdu : tout est dans le texte.',
    draft: 'Un travail inachevé de cette vue a été gardé quand le document a été modifié ailleurs.',
    takeDraft: 'Le reprendre',
    dropDraft: 'Le jeter',
    readOnly: 'Écrit par une version plus récente du langage : on peut le lire et l’exporter, pas le modifier.',
    openView: 'Ouvrir : {view}',
    working: 'Le compilateur démarre…',
    notTaken: 'Rien n’a changé : ce qui vient d’être tapé dans une autre vue ne compile pas encore.',
  },
);
