import NewtonCGCommand

/// The program with the library's own layers, losses, models and optimizers.
enum NewtonCGMain: NewtonCGProgram {}

NewtonCGMain.main()
