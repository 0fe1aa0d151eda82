"""Charts without a page: figures as plain data, SVG and pictures of them, the colours of the theme, plotly.js."""
