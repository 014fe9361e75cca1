"""What editors may put into rich text: words only; pictures, videos and goods are blocks."""

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "blockquote", "link", "document-link"]
