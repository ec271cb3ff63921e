#!/bin/bash
# Two hosts with one rank each, joined by a link of limited bandwidth: network namespaces with a veth pair, on this
# machine. Measures `newton-cg bench` on them with both values of `reduction`, in turn, and prints a table.
#   usage: scripts/network.sh [LINK …]             rates as tc writes them, or memory for one host whose ranks share it;
#                                                  memory 10gbit 1gbit without
#          scripts/network.sh run RATE COMMAND …   the two ranks run this command instead
# WORKLOADS=W3 SECONDS_EACH=3 REPEATS=5 SETTINGS="at_end overlapped overlapped:3" may be set; a number behind a setting is
# Open MPI's coll_libnbc_iallreduce_algorithm, 3 Rabenseifner's, which it takes by itself from 4 ranks on. LATENCY=50us
# adds a delay each way, where the kernel has netem. Needs root, iproute2 and Open MPI; where they are missing it says so
# and ends with status 77.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

skip() {
    echo "skipped: $1"
    exit 77
}
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
[ "$NEWTON_CG_MPI" = openmpi ] || skip "the two hosts are started by Open MPI's mpirun"
for command in ip tc taskset unshare; do
    found $command || skip "there is no $command (Debian: iproute2, util-linux)"
done

name=ncg$$
folder=$(mktemp -d)
cleanup() {
    ip netns del $name-a 2> /dev/null || true
    ip netns del $name-b 2> /dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The two hosts and the link; its names, addresses and limits are seen in the namespaces alone.
{
    ip netns add $name-a && ip netns add $name-b &&
        ip link add link0 netns $name-a type veth peer name link0 netns $name-b
} 2> "$folder/error" || skip "no network namespaces here: $(tail -n 1 "$folder/error")"
for side in a b; do
    ip netns exec $name-$side unshare --uts true 2> "$folder/error" ||
        skip "no command can run in a network namespace here: $(tail -n 1 "$folder/error")"
done
number=0
for side in a b; do
    number=$((number + 1))
    ip -n $name-$side addr add 10.213.0.$number/24 dev link0
    ip -n $name-$side link set lo up
    ip -n $name-$side link set link0 up
done

# Sets the rate of both directions, and the delay of each where there is one.
limit() {
    local side
    for side in a b; do
        ip netns exec $name-$side tc qdisc del dev link0 root 2> /dev/null || true
        ip netns exec $name-$side tc qdisc add dev link0 root handle 1: tbf rate "$1" burst 256kb latency 5ms \
            2> "$folder/error" || return 1
        [ -n "${LATENCY:-}" ] || continue
        ip netns exec $name-$side tc qdisc add dev link0 parent 1: netem delay "$LATENCY" limit 100000 \
            2> "$folder/error" || skip "no latency can be set: $(tail -n 1 "$folder/error"); leave out LATENCY"
    done
}
limit 1gbit || skip "tc can't limit a link here: $(tail -n 1 "$folder/error")"
limit_to() {
    limit "$1" || {
        echo "tc takes no rate '$1': $(tail -n 1 "$folder/error")" >&2
        exit 2
    }
}

# mpirun runs on host a and starts its daemon on host b by this, in place of ssh.
cat > "$folder/agent" << END
#!/bin/sh
shift
exec ip netns exec $name-b unshare --uts sh -c 'hostname host-b; exec sh -c "\$*"' sh "\$@"
END
# Each rank on a core of its own: a daemon does not see those of the other host.
cores=$(nproc)
cat > "$folder/rank" << END
#!/bin/sh
exec taskset -c \$((OMPI_COMM_WORLD_RANK % $cores)) "\$@"
END
chmod +x "$folder/agent" "$folder/rank"
mkdir "$folder/tmp-a"
mpirun=mpirun
if found mpirun.openmpi; then mpirun=mpirun.openmpi; fi

# Runs a command on both hosts, a rank each, over the link and nothing else.
on_hosts() {
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        ip netns exec $name-a unshare --uts sh -c 'hostname host-a; exec "$@"' sh \
        $mpirun --host 10.213.0.1:1,10.213.0.2:1 -n 2 --map-by node --bind-to none \
        --mca plm_rsh_agent "$folder/agent" --mca oob_tcp_if_include 10.213.0.0/24 \
        --mca pml ob1 --mca btl tcp,self --mca btl_tcp_if_include 10.213.0.0/24 \
        "$folder/rank" "$@"
}
# Bytes that host a has sent and received.
carried() {
    ip netns exec $name-a sh -c 'cd /sys/class/net/link0/statistics && cat tx_bytes rx_bytes' | tr '\n' ' '
}

if [ "${1:-}" = run ]; then
    [ $# -ge 3 ] || {
        sed -n 's/^#   //p' "$0" >&2
        exit 2
    }
    limit_to "$2"
    shift 2
    on_hosts "$@"
    echo "the link carried $(carried | awk '{ print $1 " bytes one way and " $2 " the other" }')"
    exit
fi

[ -x "$program" ] || {
    echo "There is no $program: make build." >&2
    exit 1
}
program=$PWD/$program
settings=${SETTINGS:-at_end overlapped overlapped:3}
repeats=${REPEATS:-5}
links=${*:-memory 10gbit 1gbit}

# field KEY < JSON: a number.
field() { sed -n "s/.*\"$1\":\\([-+.eE0-9]*\\).*/\\1/p"; }

# The sums of one gradient and two products a round, and of what is measured before the rounds, go over the link once in
# each direction; a tenth more is protocol. Anything else means that the ranks took another way.
check_carried() {
    awk -v before="$1" -v after="$2" -v rounds="$(field rounds < "$3")" -v values="$(field parameters < "$3")" '
        BEGIN {
            split(before, b, " "); split(after, a, " "); sums = 4 * values * 3 * (rounds + 4)
            for (i = 1; i <= 2; i++) {
                ratio = (a[i] - b[i]) / sums
                if (ratio < 1 || ratio > 1.1) {
                    printf "the link carried %d bytes, the sums are %d: the ranks took another way\n", a[i] - b[i], sums
                    exit 1
                }
            }
        }' >&2
}

# In turn, so that a machine that slows down changes all of them.
for link in $links; do
    [ "$link" = memory ] || limit_to "$link"
    for _ in $(seq "$repeats"); do
        for workload in ${WORKLOADS:-W3}; do
            for setting in $settings; do
                set -- "$program" bench --workload "$workload" --seconds "${SECONDS_EACH:-3}" \
                    --reduction "${setting%:*}" --json
                unset OMPI_MCA_coll_libnbc_iallreduce_algorithm
                case $setting in
                    *:*) export OMPI_MCA_coll_libnbc_iallreduce_algorithm="${setting#*:}" ;;
                esac
                if [ "$link" = memory ]; then
                    scripts/mpirun.sh -n 2 "$@" > "$folder/json"
                else
                    before=$(carried)
                    on_hosts "$@" > "$folder/json"
                    check_carried "$before" "$(carried)" "$folder/json"
                fi
                for operation in gradient hessian gauss_newton; do
                    echo "$link $workload $operation $setting $(field ${operation}_median_s < "$folder/json")"
                done >> "$folder/times"
            done
        done
    done
done

LC_ALL=C awk -v settings="$settings" '
    function median(key, i, j, t, n, x) {
        n = split(times[key], x, " ")
        for (i = 2; i <= n; i++) for (j = i; j > 1 && x[j] + 0 < x[j - 1] + 0; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
        return n % 2 ? x[(n + 1) / 2] : (x[n / 2] + x[n / 2 + 1]) / 2
    }
    { row = $1 " " $2 " " $3; if (!(row in seen)) { seen[row] = ++rows; name[rows] = row }
      times[row " " $4] = times[row " " $4] " " $5 }
    END {
        n = split(settings, setting, " ")
        split("gradient hessian gauss_newton", key, " "); split("gradient Hv Gv", label, " ")
        for (i = 1; i <= 3; i++) shown[key[i]] = label[i]
        head = "| link | workload | |"; line = "| --- | --- | --- |"
        for (i = 1; i <= n; i++) { head = head " `" setting[i] "`, ms |"; line = line " ---: |" }
        for (i = 2; i <= n; i++) { head = head " `" setting[i] "` / `" setting[1] "` |"; line = line " ---: |" }
        print head; print line
        for (r = 1; r <= rows; r++) {
            split(name[r], part, " ")
            link = part[1] == "memory" ? "shared memory" : part[1]
            text = "| " link " | " part[2] " | " shown[part[3]] " |"
            for (i = 1; i <= n; i++) { m[i] = median(name[r] " " setting[i]); text = text sprintf(" %.1f |", 1000 * m[i]) }
            for (i = 2; i <= n; i++) text = text sprintf(" %.3f |", m[i] / m[1])
            print text
        }
    }' "$folder/times"
