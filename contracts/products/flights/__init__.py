"""The reference product: flights out of New York in 2013, which arrive 15 minutes late or more?"""
