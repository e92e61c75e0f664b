import { defineMessages } from '@/shared/i18n';

export const messages = defineMessages(
  {
    none: 'No findings.',
    noneMore: 'The strategy compiles and nothing in it looks wrong.',
    working: 'The compiler is starting…',
    list: 'Findings',
    line: 'line {line}',
    error: 'error',
    warning: 'warning',
    note: 'note',
    fixed: 'Fix {code}',
    page: 'Rule',
    closePage: 'Close the rule page',
    pick: 'Choose a finding to read its rule.',
  },
  {
    none: 'Aucun constat.',
    noneMore: 'La stratégie compile et rien n’y paraît faux.',
    working: 'Le compilateur démarre…',
    list: 'Constats',
    line: 'ligne {line}',
    error: 'erreur',
    warning: 'avertissement',
    note: 'remarque',
    fixed: 'Corriger {code}',
    page: 'Règle',
    closePage: 'Fermer la page de la règle',
    pick: 'Choisissez un constat pour lire sa règle.',
  },
);
