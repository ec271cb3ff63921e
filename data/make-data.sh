#!/bin/sh
# Builds the dataset files beside this script; those that are there already are left alone.
#   NEWTON_CG      the program (newton-cg)
#   FASHION_MNIST  folder of the four IDX files (where Debian's dataset-fashion-mnist puts them)
#   MNIST          folder of the two IDX files of MNIST's images, gzip or not; without it there is no autoencoder
set -eu
program=${NEWTON_CG:-newton-cg}
images=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}
cd "$(dirname "$0")"

table() {
    name=$1
    shift
    [ -e "$name.h5" ] || "$program" data csv "$name.csv" "$@" -o "$name.h5"
}

table breast-cancer --target diagnosis
table boston-housing --target MEDV --standardise-target
table life-expectancy --target life_expectancy --drop-columns country --standardise-target

# A function at 4000 random points, half of them to test with.
if [ ! -e surrogate.h5 ]; then
    points=$(mktemp)
    awk -f surrogate.awk -v rows=4000 > "$points"
    "$program" data csv "$points" --target f --test-fraction 0.5 --name surrogate -o surrogate.h5
    rm "$points"
fi

if [ -e fashion-mnist.h5 ]; then
    :
elif [ -d "$images" ]; then
    "$program" data idx --name fashion-mnist -o fashion-mnist.h5 \
        --class-names "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot" \
        --train-images "$images/train-images-idx3-ubyte.gz" \
        --train-labels "$images/train-labels-idx1-ubyte.gz" \
        --test-images "$images/t10k-images-idx3-ubyte.gz" \
        --test-labels "$images/t10k-labels-idx1-ubyte.gz"
else
    echo "fashion-mnist.h5 is not made: there is no folder $images" \
        "(apt install dataset-fashion-mnist, or set FASHION_MNIST)" >&2
fi

# The images alone: an autoencoder learns them themselves.
if [ -n "${MNIST:-}" ]; then
    images() { for file in "$MNIST/$1" "$MNIST/$1.gz"; do [ ! -e "$file" ] || echo "$file"; done | head -n 1; }
    for rows in 60000 20000; do
        [ -e "mnist-$rows.h5" ] || "$program" data idx --name "mnist-$rows" -o "mnist-$rows.h5" --train-rows $rows \
            --train-images "$(images train-images-idx3-ubyte)" --test-images "$(images t10k-images-idx3-ubyte)"
    done
fi
