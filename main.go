package main
import ("image";"image/png";"image/draw";"os";"strconv")
func main(){ f,_:=os.Open(os.Args[1]); im,err:=png.Decode(f); if err!=nil{panic(err)}
n:=func(i int)int{v,_:=strconv.Atoi(os.Args[i]);return v}
x,y,w,h:=n(3),n(4),n(5),n(6)
r:=image.Rect(0,0,w,h); o:=image.NewRGBA(r); draw.Draw(o,r,im,image.Pt(x,y),draw.Src)
g,_:=os.Create(os.Args[2]); png.Encode(g,o); g.Close() }
