-- An environment module for Lmod. Put it as <modulepath>/newton-cg/0.2.0.lua, and make the two paths yours.
help([[Trains neural networks by a distributed Newton conjugate-gradient method: newton-cg --help]])
whatis("Name: newton-cg")
whatis("Version: 0.2.0")

-- The modules that it was built with; without them the program does not find its libraries.
depends_on("gcc", "openmpi", "openblas", "hdf5")

local root = pathJoin(os.getenv("HOME"), "software/newton-cg/0.2.0")     -- holds bin/newton-cg
prepend_path("PATH", pathJoin(root, "bin"))
-- Swift's own libraries, where they are not at the place that the program was built with.
-- prepend_path("LD_LIBRARY_PATH", pathJoin(os.getenv("HOME"), "software/swift/usr/lib/swift/linux"))

-- jobs/settings.sh starts this one.
setenv("NEWTON_CG", pathJoin(root, "bin/newton-cg"))
