// messages.ts — what the language's own names are called by people, in every view: fields, shares, orders, limits.
import { defineMessages } from '../i18n';

/** Fields of a market, a wallet, the clock; a name without a row is shown as the language has it. */
export const fieldWords = defineMessages(
  {
    bid: 'bid', ask: 'ask', mid: 'mid price', spread: 'spread', bid_size: 'size at the bid', ask_size: 'size at the ask',
    bid2: 'second bid', bid3: 'third bid', ask2: 'second ask', ask3: 'third ask',
    bid_size2: 'size at the second bid', bid_size3: 'size at the third bid', ask_size2: 'size at the second ask', ask_size3: 'size at the third ask',
    size_ratio: 'bid size over ask size', position: 'shares held', entry: 'entry price', value: 'value held', pnl: 'profit on what is held', gain: 'gain since entry',
    move: 'move since the open', abs_move: 'size of the move', spot: 'spot price', spot_open: 'spot price at the open', volume: 'volume', liquidity: 'liquidity',
    'slot.progress': 'share of the slot passed', 'slot.elapsed': 'time into the slot', 'slot.left': 'time left in the slot', 'slot.length': 'length of the slot',
    closes_in: 'time until the market closes', hour: 'hour (UTC)', day: 'day of the week', 'slot.pnl': 'profit of the slot', 'slot.trades': 'trades in the slot',
    cash: 'cash', equity: 'equity', exposure: 'exposure', drawdown: 'drawdown',
  },
  {
    bid: 'cours acheteur', ask: 'cours vendeur', mid: 'prix moyen', spread: 'écart', bid_size: 'taille à l’achat', ask_size: 'taille à la vente',
    bid2: '2ᵉ cours acheteur', bid3: '3ᵉ cours acheteur', ask2: '2ᵉ cours vendeur', ask3: '3ᵉ cours vendeur',
    bid_size2: 'taille au 2ᵉ achat', bid_size3: 'taille au 3ᵉ achat', ask_size2: 'taille à la 2ᵉ vente', ask_size3: 'taille à la 3ᵉ vente',
    size_ratio: 'taille achat sur vente', position: 'parts détenues', entry: 'prix d’entrée', value: 'valeur détenue', pnl: 'gain sur ce qui est détenu', gain: 'gain depuis l’entrée',
    move: 'mouvement depuis l’ouverture', abs_move: 'ampleur du mouvement', spot: 'prix au comptant', spot_open: 'prix au comptant à l’ouverture', volume: 'volume', liquidity: 'liquidité',
    'slot.progress': 'part du créneau écoulée', 'slot.elapsed': 'temps depuis le début du créneau', 'slot.left': 'temps restant du créneau', 'slot.length': 'durée du créneau',
    closes_in: 'temps avant la clôture', hour: 'heure (UTC)', day: 'jour de la semaine', 'slot.pnl': 'gain du créneau', 'slot.trades': 'transactions du créneau',
    cash: 'liquidités', equity: 'capital', exposure: 'exposition', drawdown: 'repli',
  },
);

/** Shares of a market. */
export const tokenWords = defineMessages({ up: 'Up', down: 'Down', yes: 'Yes', no: 'No' }, { up: 'Up', down: 'Down', yes: 'Oui', no: 'Non' });

/** A field of a share: the spread of Up. */
export const ofToken = defineMessages({ of: '{token} {field}' }, { of: '{field} {token}' });

/** What an action does. */
export const signalWords = defineMessages(
  {
    buy: 'buy',
    sell: 'sell',
    close: 'close',
    cancel: 'cancel',
    set: 'set',
    alert: 'alert',
    split: 'split',
    merge: 'merge',
    hold: 'hold',
    require: 'only if',
  },
  {
    buy: 'acheter',
    sell: 'vendre',
    close: 'clôturer',
    cancel: 'annuler',
    set: 'poser',
    alert: 'alerter',
    split: 'scinder',
    merge: 'fusionner',
    hold: 'garder',
    require: 'seulement si',
  },
);

/** Limits of `risk`. */
export const limitWords = defineMessages(
  {
    'stop loss': 'Stop loss at',
    'take profit': 'Take profit at',
    'trailing stop': 'Trailing stop of',
    'time stop': 'Leave after',
    'max position': 'Hold at most',
    'max exposure': 'Risk at most',
    'max trades': 'Trade at most',
    'max loss': 'Lose at most',
    'max drawdown': 'Fall at most by',
    'max open': 'Keep open at most',
    cooldown: 'Pause for',
  },
  {
    'stop loss': 'Stop perte à',
    'take profit': 'Prise de gain à',
    'trailing stop': 'Stop suiveur de',
    'time stop': 'Sortir après',
    'max position': 'Détenir au plus',
    'max exposure': 'Risquer au plus',
    'max trades': 'Échanger au plus',
    'max loss': 'Perdre au plus',
    'max drawdown': 'Baisser au plus de',
    'max open': 'Garder ouvert au plus',
    cooldown: 'Pause de',
  },
);

/** What a limit counts by. */
export const perWords = defineMessages(
  {
    'per slot': 'a slot',
    'per hour': 'an hour',
    'per day': 'a day',
    'per week': 'a week',
    'per market': 'a market',
    'after loss': 'after a loss',
    'after exit': 'after an exit',
  },
  {
    'per slot': 'par créneau',
    'per hour': 'par heure',
    'per day': 'par jour',
    'per week': 'par semaine',
    'per market': 'par marché',
    'after loss': 'après une perte',
    'after exit': 'après une sortie',
  },
);
