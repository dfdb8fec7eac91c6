"""The engine: loads generations, chooses one for each request, predicts."""
