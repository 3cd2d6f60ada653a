"""Looking into files beside the results. Reusable: asks the engine, opens nothing itself."""
