"""A reference product of several classes: what does a camera see outdoors? Its world changes."""
