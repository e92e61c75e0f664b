import { defineMessages } from '@/shared/i18n';

export const messages = defineMessages(
  {
    editor: 'Strategy as text',
    typing: 'Edit text',
    format: 'Format',
    formatted: 'Format text',
    formatFailed: 'The text cannot be read yet, so it cannot be laid out. The findings say where.',
    fixAll: 'Apply safe fixes',
    actions: 'Fixes and changes here',
    noActions: 'Nothing to fix or change at this place.',
    choice: 'needs your choice',
    text: 'Text',
    find: 'Find',
  },
  {
    editor: 'La stratégie en texte',
    typing: 'Modifier le texte',
    format: 'Mettre en forme',
    formatted: 'Mise en forme du texte',
    formatFailed: 'Le texte ne peut pas encore être lu, donc pas mis en forme. Les constats disent où.',
    fixAll: 'Appliquer les corrections sûres',
    actions: 'Corrections et changements ici',
    noActions: 'Rien à corriger ni à changer à cet endroit.',
    choice: 'à vous de choisir',
    text: 'Texte',
    find: 'Chercher',
  },
);
