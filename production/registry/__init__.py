"""The registry: releases, generations, and what points to them."""
