#!/bin/sh
# A newcomer's run: data, training on two ranks, and what to type next.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

NEWTON_CG=$PWD/$program data/make-data.sh
name=fashion-mnist-cnn
data=data/fashion-mnist.h5
if [ ! -e "$data" ]; then
    name=breast-cancer
    data=data/breast-cancer.h5
    echo "Fashion-MNIST is not here (Debian package dataset-fashion-mnist), so this trains on a smaller real table:" \
        "Wisconsin breast cancer."
fi

scripts/mpirun.sh -n 2 "$program" train "jobs/$name.yaml" --overwrite

checkpoint=runs/$name/checkpoints/best.h5
cat << END

Next:
  $program evaluate $checkpoint --data $data
  $program inspect $checkpoint
  scripts/mpirun.sh -n 2 $program train jobs/$name.yaml --resume --set train.epochs=10    (goes on from here)
  make test
END
