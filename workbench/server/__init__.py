"""Server for viewers and the author: REST, WebSocket, pages, links and the Voila dashboard."""
