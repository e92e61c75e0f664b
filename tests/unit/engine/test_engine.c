/* test_engine.c — compiled strategies on a stage: what goes out, in which order, and why not. */
#include "tests/unit/engine/stage.h"

#include "runtime/engine/state.h"
#include "tests/harness/test.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-15m\"\n"
#define OPEN "open 0 0; "

static const struct {
    const char *name;
    uint64_t flags;
    const char *text, *script, *want;
} cases[] = {
    {"a rule buys at market and fills at the touch", 0,
     HEAD "when up.ask < 55c { buy $50 of up at market within 2c }\n",
     OPEN "tick 0 1 48 60; tick 0 2 48 50; tick 0 3 48 50; show 0",
     "2 #1 buy 96.15 of 0 within 0.52\n"
     "held 96.15 for 48.075 cash 951.925 equity 998.077\n"},
    {"stop loss at the bid, on the grid, from the tick after the fill", 0,
     HEAD
     "when up.ask < 55c { buy 100 shares of up at market within 2c }\nrisk { stop loss 30% }\n",
     OPEN "tick 0 1 35 50; tick 0 2 35.1 50; tick 0 3 35 50; tick 0 4 35 50; show 0",
     "1 #1 buy 100 of 0 within 0.52\n"
     "3 #2 close 100 of 0 within 0.15 because stop loss\n"
     "held 0 for 0 cash 985 equity 985\n"},
    {"take profit after trailing stop, trailing from the first tick", 0,
     HEAD "when up.ask < 55c { buy 10 shares of up at 50c }\nrisk { take profit 80% trailing stop "
          "20% }\n",
     OPEN "tick 0 1 48 50; tick 0 2 60 62; tick 0 3 49 62; tick 0 4 48 60",
     "1 #1 buy 10 of 0 at 0.5\n"
     "4 #2 close 10 of 0 within 0.28 because trailing stop\n"},
    {"time stop rests at the tick when nobody bids", 0,
     HEAD "when up.ask < 55c { buy 10 shares of up at 50c }\nrisk { time stop 10s }\n",
     OPEN
     "tick 0 1 48 50; tick 0 10.9 48 50; tick 0 11 - 50; tick 0 12 - 60; tick 0 13 20 60; show 0",
     "1 #1 buy 10 of 0 at 0.5\n"
     "11 #2 close 10 of 0 at 0.01 because time stop\n"
     "held 0 for 0 cash 995.1 equity 995.1\n"},
    {"exit when runs at the boundaries it mentions", 0,
     HEAD "when up.ask < 55c { buy 10 shares of up at 50c }\nlet s = up.bid every 5s\nrisk { exit "
          "when s > 60c }\n",
     OPEN "tick 0 1 48 50; tick 0 2 61 70; tick 0 3 61 70; tick 0 6 61 70; show 0",
     "1 #1 buy 10 of 0 at 0.5\n"
     "5 #2 close 10 of 0 within 0.41 because exit when\n"
     "held 0 for 0 cash 1001.1 equity 1001.1\n"},
    {"what a limit refuses, with its reason", 0,
     HEAD "on tick if up.ask < 55c { buy $30 of up at market within 2c }\n"
          "risk { max position $80 max trades 5 per slot }\n",
     OPEN "tick 0 1 48 50; tick 0 2 48 50; tick 0 3 48 50; tick 0 4 48 60; close 0 900; open 0 "
          "900; tick 0 901 48 50",
     "1 #1 buy 57.69 of 0 within 0.52\n"
     "2 #2 buy 57.69 of 0 within 0.52\n"
     "3 skip MAX_POSITION\n"
     "901 #3 buy 57.69 of 0 within 0.52\n"},
    {"max trades counts entries, not exits", 0,
     HEAD "on tick if up.ask < 55c { buy 10 shares of up at market }\non tick if up.bid > 60c { "
          "close up }\n"
          "risk { max trades 2 per slot }\n",
     OPEN "tick 0 1 48 50; tick 0 2 70 80; tick 0 3 48 50; tick 0 4 70 80; tick 0 5 48 50",
     "1 #1 buy 10 of 0 within 0.55\n"
     "2 #2 close 10 of 0 within 0.5\n"
     "3 #3 buy 10 of 0 within 0.55\n"
     "4 #4 close 10 of 0 within 0.5\n"
     "5 skip MAX_TRADES\n"},
    {"an exit goes first", 0,
     HEAD "on tick if up.ask < 55c { buy 10 shares of up at market }\nrisk { stop loss 10% }\n",
     OPEN "tick 0 1 48 50; tick 0 2 40 42",
     "1 #1 buy 10 of 0 within 0.55\n"
     "2 #2 close 10 of 0 within 0.2 because stop loss\n"
     "2 skip EXIT_FIRST\n"},
    {"no cash, after everything else", 0, HEAD "on tick { buy $600 of up at 50c }\n",
     OPEN "tick 0 1 48 60; tick 0 2 48 60",
     "1 #1 buy 1200 of 0 at 0.5\n"
     "2 skip NO_CASH\n"},
    {"good for expires, slot close cancels", 0,
     HEAD "on tick if up.ask > 55c { buy 10 shares of up at 50c good for 5s }\n"
          "on tick if up.ask > 70c { buy 10 shares of up at 51c }\n",
     OPEN "tick 0 1 48 60; tick 0 6 48 50; tick 0 7 50 80; tick 0 8 50 54; close 0 10; show 0",
     "1 #1 buy 10 of 0 at 0.5 for 5\n"
     "7 #2 buy 10 of 0 at 0.5 for 5\n"
     "7 #3 buy 10 of 0 at 0.51\n"
     "10 cancel #2 because slot close\n"
     "10 cancel #3 because slot close\n"
     "held 0 for 0 cash 995 equity 1000\n"},
    {"quotes follow, replace, withdraw", STAGE_HOLD,
     HEAD "while up.spread < 10c { quote up { bid up.mid - 2c size 100 shares ask up.mid + 2c size "
          "up.position } }\n",
     OPEN "tick 0 1 48 50; tick 0 2 48 51; tick 0 3 51 53; tick 0 4 51 53; part 4.5 2 40 49; tick "
          "0 5 51 53; tick 0 6 20 53",
     "1 #1 buy 100 of 0 at 0.47 because quote\n"
     "3 cancel #1 because quote\n"
     "3 #2 buy 100 of 0 at 0.5 because quote\n"
     "5 cancel #2 because quote\n"
     "5 #3 buy 100 of 0 at 0.5 because quote\n"
     "5 #4 sell 40 of 0 at 0.54 because quote\n"
     "6 cancel #3 because quote\n"
     "6 cancel #4 because quote\n"},
    {"cash of a quote is not free before its cancel is answered", STAGE_HOLD,
     HEAD "while up.spread < 10c { quote up { bid up.mid - 2c size 1200 shares } }\n",
     OPEN "tick 0 1 48 50; tick 0 2 51 53; tick 0 3 51 53; part 5 2 1000 50; "
          "tick 0 6 41 43; tick 0 7 41 43; show 0",
     "1 #1 buy 1200 of 0 at 0.47 because quote\n"
     "2 cancel #1 because quote\n"
     "2 skip NO_CASH\n"
     "3 #2 buy 1200 of 0 at 0.5 because quote\n"
     "6 cancel #2 because quote\n"
     "6 skip NO_CASH\n"
     "7 #3 buy 1200 of 0 at 0.4 because quote\n"
     "held 1000 for 500 cash 500 equity 910\n"},
    {"a close behind a cancel waits for the answer and sells what is left", STAGE_ALONE,
     HEAD "when up.bid > 50c { sell all of up at 90c }\nwhen up.bid < 40c { cancel all close up }\n"
          "risk { stop loss 90% }\n",
     OPEN
     "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 30 32; part 2.5 1 30 90 sell; tick 0 3 4 6; "
     "state 3.5 1 cancelled; tick 0 4 4 6; part 4.5 2 70 20 sell; show 0",
     "1 #1 sell 100 of 0 at 0.9\n"
     "2 cancel #1 because rule\n"
     "3.5 #2 close 70 of 0 within 0.1\n"
     "held 0 for 0 cash 991 equity 991\n"},
    {"what the cancelled order sold need not be sold again", STAGE_ALONE,
     HEAD
     "when up.bid > 50c { sell all of up at 90c }\nwhen up.bid < 40c { cancel up sell all of up "
     "at market }\n",
     OPEN "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 30 32; part 2.5 1 100 90 sell; show 0; "
          "tick 0 3 "
          "30 32",
     "1 #1 sell 100 of 0 at 0.9\n"
     "2 cancel #1 because rule\n"
     "held 0 for 0 cash 1040 equity 1040\n"},
    {"what is free goes out at once, what stands in a cancelled order waits, also later",
     STAGE_ALONE,
     HEAD
     "when up.bid > 50c { sell 60 shares of up at 90c }\nwhen up.bid < 40c { cancel all sell 30 "
     "shares of up at 80c }\nwhen up.bid < 30c { sell 50 shares of up at 70c good for 9s }\n"
     "when up.bid < 20c { sell 15 shares of up at 60c }\nwhen up.bid < 10c { close up }\n",
     OPEN
     "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 35 37; tick 0 3 25 27; tick 0 4 15 17; tick "
     "0 5 5 7; part 6 1 2 90 sell; state 7 1 cancelled",
     "1 #1 sell 60 of 0 at 0.9\n"
     "2 cancel #1 because rule\n"
     "2 #2 sell 30 of 0 at 0.8\n"
     "7 #3 sell 50 of 0 at 0.7 for 9\n"
     "7 #4 sell 15 of 0 at 0.6\n"
     "7 #5 close 3 of 0 within 0.01\n"},
    {"what would rest is forgotten by the next cancel, and all of it when the slot is over",
     STAGE_ALONE,
     HEAD
     "when up.bid > 50c { sell all of up at 90c }\nwhen up.bid < 40c { cancel all sell 70 shares "
     "of up at 80c }\nwhen up.bid < 30c { cancel up sell 50 shares of up at market }\n",
     OPEN
     "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 35 37; tick 0 3 25 27; close 0 900; open 0 "
     "900; state 901 1 cancelled; tick 0 902 45 47",
     "1 #1 sell 100 of 0 at 0.9\n"
     "2 cancel #1 because rule\n"
     "900 skip SLOT_CLOSED\n"},
    {"sets wait as sells do, a together does not go out", STAGE_ALONE,
     HEAD
     "when up.bid > 50c { sell all of up at 90c }\nwhen up.bid < 40c { cancel all together within "
     "5s or keep { sell 10 shares of up at 80c sell 10 shares of down at 80c } merge 40 shares "
     "of m }\n",
     OPEN "fill 0 0 buy 100 50; fill 0 1 buy 100 50; tick 0 1 51 53; tick 0 2 35 37; part 3 1 70 "
          "90 sell; "
          "state 4 1 cancelled; state 5 2 filled; show 0; show 1",
     "1 #1 sell 100 of 0 at 0.9\n"
     "2 cancel #1 because rule\n"
     "2 skip NOT_HELD\n"
     "4 #2 merge 30\n"
     "held 0 for 0 cash 993 equity 993\n"
     "held 70 for 35 cash 993 equity 993\n"},
    {"a quote is withdrawn when its market goes stale", STAGE_HOLD,
     HEAD "while up.spread < 10c { quote up { bid 40c size 10 shares } }\n",
     OPEN "tick 0 1 48 50; clock 11; tick 0 12 48 50",
     "1 #1 buy 10 of 0 at 0.4 because quote\n"
     "11 cancel #1 because quote\n"
     "12 #2 buy 10 of 0 at 0.4 because quote\n"},
    {"a heartbeat keeps a market fresh", STAGE_HOLD,
     HEAD "while up.spread < 10c { quote up { bid 40c size 10 shares } }\n",
     OPEN "tick 0 1 48 50; beat 0 8; clock 17; clock 18",
     "1 #1 buy 10 of 0 at 0.4 because quote\n"
     "18 cancel #1 because quote\n"},
    {"together goes out whole and unwinds its surplus", 0,
     HEAD "when up.ask < 55c { together within 5s or unwind { buy 20 shares of up at 50c buy 20 "
          "shares of down at 45c } }\n",
     OPEN "tick 0 1 48 50 40 50; tick 0 2 48 50 40 50; tick 0 6 48 50 40 50; clock 7; show 0",
     "1 #1 buy 20 of 0 at 0.5\n"
     "1 #2 buy 20 of 1 at 0.45\n"
     "6 cancel #2 because unwind\n"
     "6 #3 sell 20 of 0 within 0.28 because unwind\n"
     "held 0 for 0 cash 999.6 equity 999.6\n"},
    {"one refusal refuses all legs", 0,
     HEAD "when up.ask < 55c { together within 5s or keep { buy 20 shares of up at 50c buy 20 "
          "shares of down at 100c } }\n"
          "risk { max trades 1 per slot }\n",
     OPEN "tick 0 1 48 50 40 50; show 0",
     "1 skip PRICE_OUT_OF_RANGE\n"
     "held 0 for 0 cash 1000 equity 1000\n"},
    {"a together counts once", 0,
     HEAD "on tick { together within 5s or keep { buy 20 shares of up at 50c buy 20 shares of down "
          "at 50c } }\n"
          "risk { max trades 1 per slot }\n",
     OPEN "tick 0 1 48 50 48 50; tick 0 2 48 50 48 50",
     "1 #1 buy 20 of 0 at 0.5\n"
     "1 #2 buy 20 of 1 at 0.5\n"
     "2 skip MAX_TRADES\n"
     "2 skip MAX_TRADES\n"},
    {"resolution pays, slot.pnl is the resolved slot's", 0,
     HEAD "state sum = $0\nwhen up.ask < 55c { buy 10 shares of up at 50c }\n"
          "on resolve { set sum = slot.pnl }\nshow sum = sum\nshow now = slot.pnl\n",
     OPEN "tick 0 1 48 50; close 0 900; open 0 900; show 0; resolve 0 1020 0 0; show 0; tick 0 "
          "1021 60 70",
     "1 #1 buy 10 of 0 at 0.5\n"
     "held 0 for 0 cash 995 equity 999.8\n"
     "held 0 for 0 cash 1005 equity 1005\n"},
    {"shows come with ticks, before what the tick sets off", STAGE_SHOWS,
     HEAD "state sum = $0\nwhen up.ask < 55c { buy 10 shares of up at 50c }\n"
          "on resolve { set sum = slot.pnl }\nshow sum = sum\nshow now = slot.pnl\n",
     OPEN "tick 0 1 48 50; tick 0 2 47 60; close 0 900; open 0 900; resolve 0 1020 0 0; tick 0 "
          "1021 60 70",
     "1 show 0\n1 show 0\n"
     "1 #1 buy 10 of 0 at 0.5\n"
     "2 show 0\n2 show -0.3\n"
     "1021 show 5\n1021 show 0\n"},
    {"cooldown after a loss, max loss per day", 0,
     HEAD "on tick if up.ask < 55c { buy 100 shares of up at 54c }\non tick if up.ask > 60c { "
          "close up }\n"
          "risk { cooldown 10s after loss max loss $40 per day }\n",
     OPEN "tick 0 1 48 50; tick 0 2 30 61; tick 0 3 48 50; tick 0 12 48 50; tick 0 13 20 61; tick "
          "0 30 48 50",
     "1 #1 buy 100 of 0 at 0.54\n"
     "2 #2 close 100 of 0 within 0.1\n"
     "3 skip COOLDOWN\n"
     "12 #3 buy 100 of 0 at 0.54\n"
     "13 #4 close 100 of 0 within 0.01\n"
     "30 skip MAX_LOSS\n"},
    {"windows are those of the calendar", 0,
     HEAD "on tick { buy 10 shares of up at 50c }\nrisk { max trades 1 per hour }\n",
     OPEN "tick 0 1 48 50; tick 0 2 48 50; tick 0 3599.999999 48 50; tick 0 3600 48 50; tick 0 "
          "3601 48 50",
     "1 #1 buy 10 of 0 at 0.5\n"
     "2 skip MAX_TRADES\n"
     "3599.999999 skip MAX_TRADES\n"
     "3600 #2 buy 10 of 0 at 0.5\n"
     "3601 skip MAX_TRADES\n"},
    {"an unknown veto refuses, marked unknown", 0,
     HEAD "feed news in 0 .. 10\non tick { buy 10 shares of up at 50c }\nrisk { no entry when news "
          "> 7 }\n",
     OPEN "tick 0 1 48 50; feed 0 2 8; tick 0 3 48 50; feed 0 4 7; tick 0 5 48 50",
     "1 skip NO_ENTRY?\n"
     "3 skip NO_ENTRY\n"
     "5 #1 buy 10 of 0 at 0.5\n"},
    {"entries pause, reductions pass", 0,
     HEAD "on tick if up.ask < 55c { buy 10 shares of up at 54c }\non tick if up.ask > 60c { close "
          "up }\n",
     OPEN "tick 0 1 48 50; pause 2; tick 0 3 48 50; tick 0 4 60 61; resume 5; tick 0 6 48 50",
     "1 #1 buy 10 of 0 at 0.54\n"
     "3 skip PAUSED\n"
     "4 #2 close 10 of 0 within 0.4\n"
     "6 #3 buy 10 of 0 at 0.54\n"},
    {"two reductions share what is left", STAGE_HOLD,
     HEAD "on tick if up.ask > 60c { sell 60 shares of up at 70c }\non tick if up.ask > 60c { sell "
          "60 shares of up at 71c }\n"
          "on tick if up.ask > 60c { sell all of up at 72c }\n",
     OPEN "fill 0.5 0 buy 100 50; tick 0 1 60 61; tick 0 2 60 61",
     "1 #1 sell 60 of 0 at 0.7\n"
     "1 skip NOT_HELD\n"
     "1 #2 sell 40 of 0 at 0.72\n"},
    {"a fill that fails is booked back", STAGE_HOLD,
     HEAD "on tick { buy 10 shares of up at 50c }\n",
     OPEN "tick 0 1 48 60; part 2 1 10 50; show 0; fillstate 3 1 mined; fillstate 4 1 failed; show "
          "0; fillstate 5 1 confirmed",
     "1 #1 buy 10 of 0 at 0.5\n"
     "held 10 for 5 cash 995 equity 999.8\n"
     "held 0 for 0 cash 1000 equity 1000\n"
     "5 fault 9 2\n"},
    {"orders never go back", STAGE_HOLD, HEAD "when up.ask > 55c { buy 10 shares of up at 50c }\n",
     OPEN "tick 0 1 48 60; state 2 1 unknown; state 3 1 live; part 4 1 4 50; state 5 1 rejected; "
          "state 6 1 cancelled; state 7 1 live; part 8 1 6 50; show 0",
     "1 #1 buy 10 of 0 at 0.5\n"
     "5 fault 3 6\n"
     "7 fault 9 1\n"
     "8 fault 5 2\n"
     "held 10 for 5 cash 995 equity 999.8\n"},
    {"rejects and cancels run their handlers and free the cash", 0,
     HEAD
     "when up.ask > 55c { buy $900 of up at 60c post only }\non reject { buy $900 of up at 40c }\n",
     OPEN "tick 0 1 48 60; show 0; tick 0 2 30 40; show 0",
     "1 #1 buy 1500 of 0 at 0.6\n"
     "1 #2 buy 2250 of 0 at 0.4\n"
     "held 0 for 0 cash 1000 equity 1000\n"
     "held 2250 for 900 cash 100 equity 775\n"},
    {"a split and a merge", 0,
     HEAD "when up.ask > 55c { split 100 shares of m }\nwhen up.ask < 50c { merge 40 shares of m "
          "}\nwhen up.ask < 40c { merge 61 shares of m }\n",
     OPEN "tick 0 1 48 60 40 52; show 0; tick 0 2 40 45 55 60; show 0; tick 0 3 30 35 55 60",
     "1 #1 split 100\n"
     "held 100 for 50 cash 900 equity 988\n"
     "2 #2 merge 40\n"
     "held 60 for 30 cash 940 equity 997\n"
     "3 skip NOT_HELD\n"},
    {"promises are looked at after every event", STAGE_PROMISES,
     HEAD "on tick { buy 10 shares of up at 60c }\nalways up.position <= 10 shares\n",
     OPEN "tick 0 1 48 60; tick 0 2 48 60; clock 3",
     "1 #1 buy 10 of 0 at 0.6\n"
     "2 #2 buy 10 of 0 at 0.6\n"
     "2 promise\n"},
    {"one boundary after the tick of its time, none twice", 0,
     HEAD "on every 5s { buy 10 shares of up at 50c }\n",
     OPEN "tick 0 5 48 60; tick 0 5 48 61; tick 0 12 48 60; clock 15; tick 0 15 48 60",
     "5 #1 buy 10 of 0 at 0.5\n"
     "10 #2 buy 10 of 0 at 0.5\n"
     "15 #3 buy 10 of 0 at 0.5\n"},
    {"one exit at a time, and no close meanwhile", STAGE_HOLD,
     HEAD "on tick if up.ask > 90c { close up }\nrisk { stop loss 10% }\n",
     OPEN "fill 0.5 0 buy 10 50; tick 0 1 40 42; tick 0 2 39 42; tick 0 3 38 95; state 4 1 "
          "cancelled; tick 0 5 37 95",
     "1 #1 close 10 of 0 within 0.2 because stop loss\n"
     "5 #2 close 10 of 0 within 0.17 because stop loss\n"},
    {"the highest equity of the run is remembered", 0,
     HEAD "on tick if up.ask < 55c { buy 100 shares of up at 55c }\non tick if up.ask > 60c { "
          "close up }\n"
          "risk { max drawdown 2.8% }\n",
     OPEN "tick 0 1 48 50; tick 0 2 95 97; tick 0 3 48 50; tick 0 4 20 62; tick 0 5 48 50",
     "1 #1 buy 100 of 0 at 0.55\n"
     "2 #2 close 100 of 0 within 0.75\n"
     "3 #3 buy 100 of 0 at 0.55\n"
     "4 #4 close 100 of 0 within 0.01\n"
     "5 skip MAX_DRAWDOWN\n"},
    {"a leader's trade in a market of its own", 0,
     "odx 1\nstrategy \"t\"\nleader w = polymarket \"0x0000000000000000000000000000000000000001\"\n"
     "on w.trade if trade.side is buy { require trade.token.spread <= 2c else WIDE buy (10% of "
     "trade.notional) of trade.token at trade.price + 1c now or never }\n"
     "risk { stop loss 20% max exposure $15 per leader }\n",
     "tick 0 1 48 50; trade 0 2 buy 0 200 50; tick 0 3 50 55; trade 0 4 buy 0 200 50; tick 0 5 48 "
     "50; trade 0 6 buy 0 200 50; show 0; tick 0 7 40 42; show 0",
     "2 #1 buy 19.6 of 0 at 0.51\n"
     "4 skip WIDE\n"
     "6 skip MAX_EXPOSURE\n"
     "held 19.6 for 9.8 cash 990.2 equity 999.608\n"
     "7 #2 close 19.6 of 0 within 0.2 because stop loss\n"
     "held 0 for 0 cash 998.04 equity 998.04\n"},
    {"coins are bought by the dollar and sold when held", 0,
     "odx 1\nstrategy \"t\"\nmarket b = okx \"BTC-USDT\"\n"
     "on tick if b.ask < $100 { buy $25 of b at market within 1% }\non tick if b.bid > $150 { sell "
     "0.3 coins of b at market }\n",
     "tick 0 1 9900 9950; show 0; tick 0 2 16000 16100; tick 0 3 16000 16100; show 0",
     "1 #1 buy 0.24878 of 0 within 100.49\n"
     "held 0.24878 for 24.75361 cash 975.24639 equity 999.87561\n"
     "2 skip NOT_HELD\n"
     "3 skip NOT_HELD\n"
     "held 0.24878 for 24.75361 cash 975.24639 equity 1015.05119\n"},
    {"a short is an entry, its stop looks at the ask", 0,
     "odx 1\nstrategy \"t\"\nmarket p = okx \"BTC-USDT-SWAP\"\n"
     "on tick if p.bid > $150 { sell 2 coins of p at market within 1% }\nrisk { stop loss 10% max "
     "exposure $400 }\n",
     "tick 0 1 16000 16100; show 0; tick 0 2 16000 16100; tick 0 3 14000 14100; show 0; tick 0 4 "
     "17500 17600; show 0",
     "1 #1 sell 2 of 0 within 158.4\n"
     "held -2 for -320 cash 1000 equity 998\n"
     "2 skip MAX_EXPOSURE\n"
     "held -2 for -320 cash 1000 equity 1038\n"
     "4 #2 close 2 of 0 within 211.2 because stop loss\n"
     "4 skip EXIT_FIRST\n"
     "held 0 for 0 cash 968 equity 968\n"},
    {"two accounts, each with its cash", 0,
     "odx 1\nstrategy \"t\"\nmarket m = predict \"x\"\naccount a\naccount b\n"
     "on fill of a.yes if fill.side is buy { buy fill.shares of b.no at 1 - fill.price - 1c good "
     "for 60s }\n",
     "tick 0 1 54 56 44 46; fill 2 0 buy 100 55; show 1; tick 0 3 54 56 43 44; show 1",
     "2 #1 buy 100 of 1 at 0.44 for 60\n"
     "held 0 for 0 cash 945 equity 1999\n"
     "held 100 for 44 cash 945 equity 1998\n"},
    {"a feed goes stale", 0,
     HEAD "feed news in 0 .. 10 stale after 5s\non tick { require news > 3 else QUIET buy 10 "
          "shares of up at 50c }\n",
     OPEN "feed 0 1 8; tick 0 6 48 50; tick 0 6.1 48 50",
     "6 #1 buy 10 of 0 at 0.5\n"
     "6.1 skip QUIET?\n"},
    {"exit when looks again when its feed goes stale", 0,
     HEAD "feed news in 0 .. 10 stale after 5s\nrisk { exit when (news otherwise 10) > 7 }\nshow s "
          "= up.bid\n",
     OPEN "fill 0.5 0 buy 10 50; feed 0 0.6 3; tick 0 1 48 50; clock 7",
     "5.6 #1 close 10 of 0 within 0.28 because exit when\n"},
    {"what still buys back takes nothing from a long", 0,
     "odx 1\nstrategy \"t\"\nmarket p = okx \"BTC-USDT-SWAP\"\n"
     "when p.bid > $160 { sell 2 coins of p at market within 1% }\n"
     "when p.bid < $160 { buy 2 coins of p at $120 }\n"
     "when p.bid < $150 { buy 3 coins of p at market within 1% }\n"
     "when p.bid < $130 { sell all of p at market within 1% }\n",
     "tick 0 1 16100 16200; tick 0 2 15500 15600; tick 0 3 14000 14100; show 0; tick 0 4 12500 "
     "12600; show 0",
     "1 #1 sell 2 of 0 within 159.39\n"
     "2 #2 buy 2 of 0 at 120\n"
     "3 #3 buy 3 of 0 within 142.41\n"
     "held 1 for 141 cash 1040 equity 1039\n"
     "4 #4 sell 1 of 0 within 123.75\n"
     "held 0 for 0 cash 1024 equity 1024\n"},
    {"a late fill of a closed slot belongs to that slot", STAGE_HOLD,
     HEAD "when up.ask < 55c { buy 10 shares of up at 50c }\n",
     OPEN "tick 0 1 48 50; close 0 900; open 0 900; part 901 1 10 50; show 0; tick 0 902 60 62; "
          "show 0; resolve 0 1020 0 0; show 0",
     "1 #1 buy 10 of 0 at 0.5\n"
     "900 cancel #1 because slot close\n"
     "901 fault 5 2\n"
     "held 0 for 0 cash 995 equity 999.8\n"
     "held 0 for 0 cash 995 equity 999.8\n"
     "held 0 for 0 cash 1005 equity 1005\n"},
    {"a slot closed twice, bought before and sold short between, owes what it lost", 0,
     HEAD "when up.ask < 2c { buy 10 shares of up at 1c }\n",
     OPEN "fill 0 0 buy 2 40; close 0 0; open 0 0; fill 1 0 sell 2 30; show 0; close 0 902; "
          "show 0; resolve 0 1020 0 0; tick 0 1021 60 70; show 0",
     "held -2 for -0.6 cash 999.8 equity 999.8\n"
     "held 0 for 0 cash 999.8 equity 999.8\n"
     "held 0 for 0 cash 999.8 equity 999.8\n"},
};

static void stories(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case(cases[i].name);
        stage_check(cases[i].text, cases[i].flags, cases[i].script, cases[i].want);
    }
}

static uint32_t input_of(const Image *image, uint8_t field)
{
    for (uint32_t i = 0; i < image->inputs_count; i++)
        if (image->inputs[i].field == field) return i;
    return UINT32_MAX;
}

static void take_order(void *ctx, const Effect *f)
{
    if (f->kind == EFFECT_ORDER) *(Effect *)ctx = *f;
}

/* Tests hold facts from the slot's opening on, before any tick, and pin what the engine computes. */
static void facts_are_held(void)
{
    Stage s;
    TickData t;
    Event open = {.ts_us = STAGE_START_US, .kind = EV_SLOT_OPEN};
    Effect got = {0};

    if (!stage_open(
            &s,
            HEAD
            "on slot open if slot.left > 1m { buy (2% of equity) of up at market within 1c }\n",
            STAGE_BEATS))
        return;
    tick_clear(&t);
    t.ask[0].price_micros[0] = 480000;
    open.slot.slot_start_us = STAGE_START_US;
    open.slot.slot_us = 0;
    open.slot.facts = &t;
    engine_pin(s.engine, input_of(s.image, FIELD_EQUITY), 10000);
    instant_apply(s.gateway, s.engine, &open, (EffectSink){take_order, &got});
    CHECK_INT(got.written_micros, 200000000); /* 2% of the pinned $10,000 */
    CHECK_INT(got.price_micros, 490000);
    CHECK_INT(engine_position(s.engine, 0).size_micros, 408160000); /* filled at the held ask */
    CHECK_INT(engine_position(s.engine, 0).cost_micros, 195916800);

    got = (Effect){0};
    open.ts_us = open.slot.slot_start_us = STAGE_START_US + INT64_C(900000000);
    open.slot.facts = NULL;
    engine_pin(s.engine, input_of(s.image, FIELD_SLOT_LEFT), 30);
    instant_apply(s.gateway, s.engine, &open, (EffectSink){take_order, &got});
    CHECK_INT(got.order, 0); /* the ask was forgotten with the slot, the pin too: NO_PRICE */
}

/* Script while no order finds a place, then room again. */
static void play_without_room(Stage *s, const char *script)
{
    Room room = s->engine->orders.room;

    s->engine->orders.room.cap = s->engine->orders.room.most = 0;
    stage_play(s, script);
    s->engine->orders.room = room;
}

static bool open_selling(Stage *s)
{
    return stage_open(s,
                      HEAD "when up.bid > 50c { sell all of up at 90c }\n"
                           "when up.bid < 40c { cancel all close up }\n",
                      STAGE_ALONE);
}

/* The `when` has fired: an exit that finds no room when it need wait no more says so once, also over a restart, and
 * goes out at a later answer. */
static void an_exit_waits_for_room(void)
{
    Stage s;

    if (!open_selling(&s)) return;
    stage_play(&s, OPEN "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 30 32");
    play_without_room(&s, "state 3 1 cancelled; fill 4 0 buy 10 30");
    stage_play(&s, "restart");
    play_without_room(&s, "fill 5 0 buy 10 30");
    stage_play(&s, "fill 6 0 buy 10 30");
    CHECK_STR(buf_cstr(&s.log), "1 #1 sell 100 of 0 at 0.9\n"
                                "2 cancel #1 because rule\n"
                                "3 skip NO_ROOM\n"
                                "6 #2 close 100 of 0 within 0.1\n");
}

/* What it could not have sold without room it may sell when there is some. */
static void without_room_nothing_is_given_up(void)
{
    Stage s;

    if (!open_selling(&s)) return;
    stage_play(&s, OPEN "fill 0 0 buy 100 50; tick 0 1 51 53; tick 0 2 30 32; part 3 1 40 90 sell");
    play_without_room(&s, "state 4 1 cancelled");
    stage_play(&s, "fill 5 0 buy 20 30");
    CHECK_STR(buf_cstr(&s.log), "1 #1 sell 100 of 0 at 0.9\n"
                                "2 cancel #1 because rule\n"
                                "4 skip NO_ROOM\n"
                                "5 #2 close 80 of 0 within 0.1\n");
}

/* A snapshot after any event, and the events that follow, give the same run. */
static void stories_with_restarts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case(cases[i].name);
        stage_check(cases[i].text, cases[i].flags | STAGE_RESTARTS, cases[i].script, cases[i].want);
    }
}

/* Tables that grow as they are needed. */
static void stories_in_small_rooms(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_case(cases[i].name);
        stage_check(cases[i].text, cases[i].flags | STAGE_SMALL, cases[i].script, cases[i].want);
    }
}

int main(void)
{
    TEST_RUN(facts_are_held);
    TEST_RUN(an_exit_waits_for_room);
    TEST_RUN(without_room_nothing_is_given_up);
    TEST_RUN(stories);
    TEST_RUN(stories_with_restarts);
    TEST_RUN(stories_in_small_rooms);
    return test_end();
}
