#!/bin/bash
# A private SLURM on this host, for tests: its own munged, slurmctld and a slurmd for each node, all below one folder.
#   usage: slurm.sh start FOLDER NODES | slurm.sh stop FOLDER
# Needs root, and Debian's slurm-wlm and munge. SLURM_CONF=FOLDER/slurm.conf then leads the commands to it.
set -eu
action=$1
folder=$(realpath -m "$2")
nodes=${3:-1}

stop() {
    local file pid
    for file in "$folder"/slurmd-*.pid "$folder/slurmctld.pid" "$folder/munged.pid"; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        kill "$pid" 2> /dev/null || continue
        for _ in $(seq 50); do
            kill -0 "$pid" 2> /dev/null || continue 2
            sleep 0.1
        done
        kill -KILL "$pid" 2> /dev/null || true
    done
}
if [ "$action" = stop ]; then
    stop
    exit
fi

mkdir -p "$folder/state"
chmod 755 "$folder"
(umask 077 && head -c 128 /dev/urandom > "$folder/munge.key")
munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munged.seed"

host=$(hostname -s)
cores=$(nproc)
memory=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) / 1024 / nodes - 200))
# Below the ports that the system gives to connections, and where nobody listens.
port=$((20000 + $$ % 12000))
while for i in $(seq 0 "$nodes"); do (: < "/dev/tcp/127.0.0.1/$((port + i))") 2> /dev/null && break; done; do
    port=$((20000 + (port + nodes + 1) % 12000))
done
# One node has all cores, and ranks are bound to them. Two share them: both would bind to the first ones.
if [ "$nodes" = 1 ]; then affinity=affinity; else affinity=none; fi
{
    cat << END
ClusterName=tests
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until its credential has expired: two minutes by default.
AuthInfo=socket=$folder/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/$affinity
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=2
SlurmdParameters=config_overrides
KillWait=20
ReturnToService=2
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
TmpFS=$folder/tmp-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MailProg=/bin/true
END
    for i in $(seq "$nodes"); do
        echo "NodeName=node$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=$cores" \
            "RealMemory=$memory State=UNKNOWN"
    done
    echo "PartitionName=main Nodes=node[1-$nodes] Default=YES MaxTime=INFINITE State=UP"
} > "$folder/slurm.conf"
# Nothing of cgroups is used, but slurmd asks for them, and only this plugin does without any.
echo CgroupPlugin=cgroup/v1 > "$folder/cgroup.conf"
for i in $(seq "$nodes"); do mkdir -p "$folder/spool-node$i" "$folder/tmp-node$i"; done

export SLURM_CONF=$folder/slurm.conf
slurmctld || true
for i in $(seq "$nodes"); do slurmd -N "node$i" || true; done
for _ in $(seq 300); do
    if [ "$(sinfo --noheader --Node --format=%t 2> /dev/null | grep -c '^idle$')" = "$nodes" ]; then exit 0; fi
    sleep 0.1
done
echo "SLURM did not come up:" >&2
grep -h -i -E 'error|fatal' "$folder"/*.log | tail -n 5 >&2
stop
exit 1
