#!/usr/bin/env bash
# The whole journey through the real window by keyboard alone, on a virtual display: start, model, calibration, quantize,
# inspect, compare, try, benchmark, export. Leaves a picture of every step, and checks the written folder.
#   window_journey.sh AWQ_STUDIO AWQ_CLI PICTURES [SCALE...]      scales: 1 (the default), 2
# Says "skipped" and succeeds where Xvfb, xdotool or import are missing.
set -uo pipefail
studio=$1 cli=$2 pictures=$3
shift 3
scales=("${@:-1}")
for tool in Xvfb xdotool import xdpyinfo; do
    command -v $tool >/dev/null || { echo "journey: skipped, $tool is not installed"; exit 0; }
done
mkdir -p "$pictures"
processes=()
folder=$(mktemp -d)
cleanUp() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null; done
    wait
    rm -rf "$folder"
}
trap cleanUp EXIT

fail() { echo "journey: $1"; take failed; tail -20 "$home/data/awq-studio.log" 2>/dev/null; exit 1; }
key() { for name in "$@"; do xdotool key --clearmodifiers "$name"; sleep 0.2; done; }
take() { import -window root "$pictures/${scale:-1}x-$theme-$1.png"; }
# shows NAME KEY: goes to a page and takes its picture.
shows() { key "$2"; sleep 1; take "$1"; }
# until SECONDS COMMAND...: waits for it to succeed.
until_() {
    local patience=$1
    shift
    for ((i = 0; i < 2 * patience; i++)); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.5
    done
    return 1
}
said() { (($(grep -c "$1" "$home/data/awq-studio.log") >= $2)); } # TEXT TIMES, in the log

startDisplay() {
    local number=$((90 + RANDOM % 900))
    Xvfb ":$number" -screen 0 "$((1280 * scale))x$((800 * scale))x24" -nolisten tcp >/dev/null 2>&1 &
    processes+=($!)
    export DISPLAY=":$number"
    until_ 20 xdpyinfo || fail "the display did not start"
}

startStudio() {
    home=$folder/home-$scale
    mkdir -p "$home"
    HOME=$home XDG_CONFIG_HOME=$home/config XDG_RUNTIME_DIR=$home QT_QPA_PLATFORM=xcb QT_SCALE_FACTOR=$scale \
        "$studio" --data "$home/data" >"$home/output" 2>&1 &
    processes+=($!)
    window=$(timeout 60 xdotool search --sync --onlyvisible --name 'AWQ Studio' | head -1)
    [[ -n $window ]] || fail "the window did not appear"
    xdotool windowfocus --sync "$window"
    sleep 2
}

# Every page as it is now, in the other theme.
otherTheme() {
    local letter=$1
    theme=$2
    key alt+v t "$letter"
    local number=0
    for name in model calibration quantize inspect compare try benchmark export; do
        number=$((number + 1))
        shows "$name-done" "ctrl+$number"
    done
    shows start alt+Home
}

journey() {
    startDisplay
    startStudio
    key alt+v t "$2"
    theme=$3
    take model # the first start opens the demo
    shows calibration ctrl+2
    shows quantize ctrl+3
    key F5
    sleep 4
    take quantize-running
    until_ 300 test -f "$home/awq-demo/config.json" || fail "the run did not finish"
    until_ 30 said 'Finished' 1 || fail "the run did not say that it finished"
    sleep 2
    take quantize-finished
    "$cli" verify "$home/awq-demo" || fail "the written folder is damaged"
    shows inspect ctrl+4
    key ctrl+f Tab Down Down Down Down Down Down # the filter, then the table: mlp.down_proj
    sleep 1
    take inspect-moved
    shows compare ctrl+5
    key ctrl+Return
    until_ 300 said 'Finished' 2 || fail "the comparison did not finish"
    sleep 1
    take compare-measured
    shows try ctrl+6
    key ctrl+Return
    sleep 15 # two short answers; their end is not in the log
    take try-answered
    shows benchmark ctrl+7
    key ctrl+Return
    sleep 1
    take benchmark-running
    until_ 300 test -s "$home/data/benchmarks.json" || fail "the benchmark did not finish"
    sleep 1
    take benchmark-measured
    shows export ctrl+8
    otherTheme "$4" "$5"
    key ctrl+q
    until_ 20 test ! -e "/proc/${processes[-1]}" || fail "the window did not close"
}

for scale in "${scales[@]}"; do
    theme=any
    if ((scale == 1)); then
        journey "$scale" l light d dark
    else
        journey "$scale" d dark l light
    fi
done
echo "journey: done, pictures in $pictures"
