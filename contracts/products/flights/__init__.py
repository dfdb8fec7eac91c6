"""The reference product: which flights out of New York in 2013 arrive 15 minutes late or more?"""
