// Batch and layer normalisation in all their passes.
#include "cases.h"
#define TEMPLATE "normalisation_template.h"
#include "each_scalar.h"
