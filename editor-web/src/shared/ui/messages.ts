import { defineMessages } from '../i18n';

export const messages = defineMessages(
  {
    close: 'Close',
    search: 'Search commands',
    nothingFound: 'Nothing is called that.',
    resize: 'Resize',
    dismiss: 'Dismiss',
    yes: 'yes',
    no: 'no',
    unknown: 'unknown',
  },
  {
    close: 'Fermer',
    search: 'Chercher une commande',
    nothingFound: 'Rien ne porte ce nom.',
    resize: 'Redimensionner',
    dismiss: 'Fermer le message',
    yes: 'oui',
    no: 'non',
    unknown: 'inconnu',
  },
);
