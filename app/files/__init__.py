"""Files: what is uploaded, where its bytes are kept, how they are fetched."""
