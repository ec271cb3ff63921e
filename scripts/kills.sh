#!/bin/sh
# Kills a random rank at a random time in many short runs, and resumes each: no hang, no unreadable newest checkpoint,
# and every run ends with the same bits as one that was not killed. 200 kills take about five minutes.
#   usage: scripts/kills.sh [COUNT]
set -eu
cd "$(dirname "$0")/.."
NEWTON_CG_KILLS=${1:-200} exec scripts/test.sh --filter KillTests/ranksAtRandomTimes
