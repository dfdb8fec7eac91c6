"""A reference product of numbers: how far will a disease progress? Its world stays as it is."""
