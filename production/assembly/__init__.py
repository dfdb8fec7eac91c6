"""The one place where a lifecycle is put together, for a backtest and for live operation alike."""
