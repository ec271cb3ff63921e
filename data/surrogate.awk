# A function of two variables at random points of [-1, 1]^2, as a table: f(x, y) = exp(-(x^2 + y^2)) sin(3x + 2y)
# + 0.3 cos(4xy). The points are those of the minimal standard generator (Park & Miller 1988), the same everywhere.
#   awk -f surrogate.awk -v rows=4000
function uniform() {
    state = (16807 * state) % 2147483647
    return 2 * state / 2147483647 - 1
}
BEGIN {
    state = 20261124
    print "x,y,f"
    for (i = 0; i < rows; i++) {
        x = uniform()
        y = uniform()
        printf "%.17g,%.17g,%.17g\n", x, y, exp(-(x * x + y * y)) * sin(3 * x + 2 * y) + 0.3 * cos(4 * x * y)
    }
}
