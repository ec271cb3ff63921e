# What the jobs in this folder share: edit it here, once. Each job's own #SBATCH lines say how large it is and how long
# it may take; `sbatch` takes the same words on its command line. Everything below may also be set from outside:
#   CONFIG=jobs/mine.yaml LAUNCHER=mpirun sbatch --ntasks=16 jobs/single.sbatch
# Submit from the folder that holds jobs/: all paths are relative to it.

# Modules, if your cluster has them: those that newton-cg was built with.
# module load gcc openmpi openblas hdf5

program=${NEWTON_CG:-.build/release/newton-cg}
config=${CONFIG:-jobs/fashion-mnist-cnn.yaml}
# More words for `newton-cg train`, as "--set seed=7".
options=${OPTIONS:-}
# srun, or mpirun where SLURM was built without what the MPI is started by (`srun --mpi=list` tells).
launcher=${LAUNCHER:-srun}

# Scaling: numbers of ranks; steps of a run and runs of each; samples of a strong run's batch in all, and of a weak
# run's batch for each rank.
scaling_ranks=${SCALING_RANKS:-1 2 4 8}
scaling_steps=${SCALING_STEPS:-20}
scaling_repeats=${SCALING_REPEATS:-3}
strong_batch=${STRONG_BATCH:-2048}
weak_batch=${WEAK_BATCH:-512}
scaling_folder=${SCALING_FOLDER:-runs/scaling}

# Threads of a rank: what the job asked for with --cpus-per-task.
threads=${SLURM_CPUS_PER_TASK:-${THREADS:-1}}

# The MPI that newton-cg was built with: openmpi, mpich (and its relatives), impi (Intel's), or another.
mpi=${NEWTON_CG_MPI:-openmpi}
# How the launchers start its ranks, each bound to its own cores. SRUN_WORDS and MPIRUN_WORDS say it otherwise;
# `srun --mpi=list` tells what --mpi can be.
case $mpi in
openmpi)
    srun_words="--mpi=pmix --cpu-bind=cores"
    mpirun_words="--map-by slot:PE=$threads --bind-to core"
    ;;
mpich)
    srun_words="--mpi=pmi2 --cpu-bind=cores"
    mpirun_words="-bind-to core:$threads"
    ;;
# Intel's; srun needs I_MPI_PMI_LIBRARY as well, the path of SLURM's libpmi2.so.
impi)
    srun_words="--mpi=pmi2 --cpu-bind=cores"
    mpirun_words="-genv I_MPI_PIN_DOMAIN $threads:compact"
    ;;
# Another: as SLURM is set up, and without binding.
*)
    srun_words="--cpu-bind=cores"
    mpirun_words=
    ;;
esac
srun_words=${SRUN_WORDS-$srun_words}
mpirun_words=${MPIRUN_WORDS-$mpirun_words}

# on RANKS: sets `launch`, the words before a command that is to run on so many ranks, each bound to its own cores.
on() {
    case $launcher in
    # Since SLURM 22.05 srun does not take --cpus-per-task over from the job.
    srun) launch=(srun $srun_words --ntasks="$1" --cpus-per-task="$threads") ;;
    mpirun) launch=(mpirun -n "$1" $mpirun_words) ;;
    *)
        echo "LAUNCHER is '$launcher': it is srun or mpirun" >&2
        exit 2
        ;;
    esac
    launch+=("$program")
}

# train FOLDER WORD …: a run on the ranks of the last `on`.
train() {
    local folder=$1
    shift
    # Unquoted: words of the settings above.
    "${launch[@]}" train "$config" --run-dir "$folder" --set "threads=$threads" $options "$@"
}

# scaling_run KIND RANKS BATCH: measures steps, without evaluations and checkpoints between them, and checks at the end
# that the ranks' replicas and the operator are right.
scaling_run() {
    local repeat
    on "$2"
    for repeat in $(seq "$scaling_repeats"); do
        train "$scaling_folder/$1-$2-$repeat" --overwrite --verify --set "data.batch=$3" --set train.epochs=none \
            --set "train.steps=$scaling_steps" --set "train.evaluate_every=$scaling_steps steps" \
            --set "train.checkpoint_every=$scaling_steps steps"
    done
}

# scaling_report: of all scaling runs.
scaling_report() { "$program" scaling "$scaling_folder"/strong-* "$scaling_folder"/weak-* --output "$scaling_folder-report"; }
